import assert from "node:assert/strict";
import { dashboardConfigMap, monitoringObjects } from "../../../components/monitoring/objects.ts";
import { alarms, panels } from "../../../components/monitoring/watch.ts";
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

  it("select nothing of another environment, and no picture does", () => {
    const args = { ...guest, backup: outside };
    const pictures = panels(args).flatMap(({ title, queries }) =>
      queries.map(({ expression }) => ({ name: title, expression })),
    );
    for (const { name, expression } of [...alarms(args), ...pictures]) {
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

describe("the dashboard of an environment (B13)", () => {
  const [args, other] = [{ ...monitored, certManager: true, backup: outside }, guest];
  const read = (of: NetworkArgs) => {
    const { metadata, data } = dashboardConfigMap(of);
    const [file, ...others] = Object.entries(data);
    assert.deepEqual(others, []);
    return { metadata, file: file?.[0], ...JSON.parse(file?.[1] ?? "") };
  };

  it("is one of its own, which Grafana's sidecar finds", () => {
    const [one, two] = [read(args), read(other)];
    assert.deepEqual(one.metadata.labels, { grafana_dashboard: "1" });
    for (const field of ["uid", "title", "file"]) assert.notEqual(one[field], two[field]);
    assert.ok(read({ ...args, namespace: "n".repeat(63) }).uid.length <= 40);
  });

  it("has every picture once, each at a place of its own", () => {
    const { panels: drawn } = read(args);
    assert.deepEqual(
      drawn.map(({ title }: { title: string }) => title),
      panels(args).map(({ title }) => title),
    );
    for (const field of ["id", "title", "gridPos"])
      assert.equal(new Set(drawn.map((one: any) => JSON.stringify(one[field]))).size, drawn.length, field);
    for (const { gridPos } of drawn) assert.ok(gridPos.x + gridPos.w <= 24);
  });

  it("has pictures of backups, volumes and certificates where there are any", () => {
    const titles = (of: NetworkArgs) => panels(of).map(({ title }) => title);
    const few = titles(managed);
    assert.deepEqual(
      titles(args).filter((title) => !few.includes(title)),
      ["Volumes that are taken", "Age of the last backup", "Time until certificates end"],
    );
  });
});
