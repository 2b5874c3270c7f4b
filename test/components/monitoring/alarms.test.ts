import assert from "node:assert/strict";
import { alarms } from "../../../components/monitoring/alarms.ts";
import { monitoringObjects } from "../../../components/monitoring/objects.ts";
import { plain } from "../../../components/network/choices.ts";
import { networkEdges, networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkArgs, StoreLocation } from "../../../components/network/peers.ts";
import { serviceNames } from "../../../components/sharing/services.ts";

const outside: StoreLocation = { at: "outside", ranges: ["192.0.2.0/28"], port: 443 };
const monitored: NetworkArgs = { ...plain, monitoring: { namespace: "watch" } };
const managed: NetworkArgs = { ...monitored, postgres: outside, cache: outside, objectStore: outside };
const guest: NetworkArgs = {
  ...monitored,
  namespace: "second",
  certManager: true,
  shared: serviceNames,
};

describe("the alarms of an environment (B13)", () => {
  const names = (args: NetworkArgs) => new Set(alarms(args).map(({ name }) => name));

  const rows: [alarm: string, what: string, args: NetworkArgs, there: boolean][] = [
    ["SpeckleDown", "with managed stores", managed, true],
    ["SpeckleVolumeFills", "with a store in the cluster", { ...managed, cache: { at: "cluster" } }, true],
    ["SpeckleVolumeFills", "without one", managed, false],
    ["SpeckleBackupOld", "with backups", { ...monitored, backup: outside }, true],
    ["SpeckleBackupOld", "without them", monitored, false],
    ["SpeckleArchiveFails", "without backups", monitored, false],
    ["SpeckleCertificateEnds", "with a cert-manager that is shared", guest, true],
    ["SpeckleCertificateEnds", "without cert-manager", monitored, false],
    ["SpeckleEntryDown", "with its own Traefik", monitored, true],
    ["SpeckleEntryDown", "with another one's", guest, false],
  ];
  for (const [alarm, what, args, there] of rows)
    it(`have ${there ? "" : "no "}${alarm} ${what}`, () => assert.equal(names(args).has(alarm), there));

  it("have names of their own", () => assert.equal(names(monitored).size, alarms(monitored).length));

  it("select nothing of another environment", () => {
    for (const { name, expression } of alarms({ ...guest, backup: outside })) {
      const selectors = expression.match(/\w\{/g)?.length;
      const own = expression.match(/(namespace|job|service)=~?"second\b/g)?.length;
      assert.equal(own, selectors, `${name}: ${expression}`);
    }
  });
});

describe("what Prometheus is told to collect", () => {
  for (const [what, args] of Object.entries({
    plain: monitored,
    managed,
    guest,
    "IFC import and cert-manager": { ...monitored, ifcImport: true, certManager: true },
  }))
    it(`is what it may reach, and nothing else: ${what}`, () => {
      const told = monitoringObjects(args, {}).filter(({ kind }) => kind === "PodMonitor");
      const edges = networkEdges(networkMatrix(args)).filter(({ from }) => from.name === "prometheus");
      assert.deepEqual(
        told.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`),
        edges.map(({ to }) => to.kind === "pods" && `${to.namespace}/${to.name}`),
      );
    });

  it("is not what another environment made", () => {
    const namespaces = monitoringObjects(guest, {}).map(({ metadata }) => metadata.namespace);
    assert.deepEqual([...new Set(namespaces)], ["second"]);
  });
});
