import assert from "node:assert/strict";
import { type Endpoint, type Engine, evaluator } from "../../../components/network/evaluate.ts";
import { networkEdges, networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkArgs } from "../../../components/network/peers.ts";
import { networkPolicies } from "../../../components/network/policies.ts";
import { type Difference, proof, samplePods } from "../../../components/network/proof.ts";
import { workload } from "../../../components/speckle/workloads.ts";
import { mistakes } from "../../support/network-mistakes.ts";
import { environments, plain } from "./support.ts";

const engines: Engine[] = ["standard", "exceptIgnored", "ipBlockSkipsCluster"];

function words(difference: Difference | undefined): string | undefined {
  if (!difference) return undefined;
  const { side, from, to, protocol, port, matrixAllows } = difference;
  const name = (end: Endpoint) =>
    end.kind === "pod" ? `${end.namespace}/${end.name}` : `${end.at} ${end.ip}`;
  return `${side} of ${name(from)} to ${name(to)} ${protocol} ${port}: ${matrixAllows ? "closed, against" : "open, against"} the matrix`;
}

describe("the policies of an environment (F49)", () => {
  for (const [what, args] of Object.entries(environments)) {
    for (const engine of engines) {
      it(`allow exactly what the matrix says with ${what}, read as ${engine} (F35, F50)`, () => {
        const matrix = networkMatrix(args);
        const [difference] = proof(matrix)({ policies: networkPolicies(matrix), engine });
        assert.equal(words(difference), undefined);
      });
    }
  }

  it("have names of their own, since a resource is called after each", () => {
    for (const args of Object.values(environments)) {
      const names = networkPolicies(networkMatrix(args)).map(({ metadata }) => metadata.name);
      assert.equal(new Set(names).size, names.length);
      for (const name of names) assert.match(name, /^[a-z0-9-]{1,63}$/);
    }
  });

  it("deny both ways in every namespace of the environment, and govern no other", () => {
    const policies = networkPolicies(networkMatrix(plain));
    const denying = policies.filter(({ metadata }) => metadata.name.endsWith("-default-deny"));
    assert.deepEqual(
      denying.map(({ metadata, spec }) => [metadata.namespace, spec]),
      ["speckle", "traefik", "cnpg-system"].map((namespace) => [
        namespace,
        { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      ]),
    );
    const governed = new Set(policies.map(({ metadata }) => metadata.namespace));
    assert.deepEqual([...governed].sort(), ["cnpg-system", "speckle", "traefik"]);
  });

  it("use no exception from a range, which some engines ignore (F35)", () => {
    for (const args of Object.values(environments)) {
      assert.doesNotMatch(JSON.stringify(networkPolicies(networkMatrix(args))), /"except"/);
    }
  });

  it("let every probe through (F50)", () => {
    const matrix = networkMatrix(plain);
    const judge = evaluator({ policies: networkPolicies(matrix) });
    const probes = networkEdges(matrix).filter(({ from }) => from.kind === "node");
    assert.ok(probes.length >= 8);
    for (const { to, protocol, port } of probes) {
      const pod = samplePods(matrix).find(({ peer }) => peer === to.name)?.pod;
      assert.ok(
        pod && judge({ kind: "address", ip: "10.0.0.9", at: "ownNode" }, pod).both(protocol, port),
        to.name,
      );
    }
  });
});

/** What the demands say in words, told apart from the matrix. */
describe("an environment's network", () => {
  const managed = environments["managed stores in private subnets"] ?? plain;
  const monitored = { ...plain, monitoring: { namespace: "monitoring" } };
  const judgeOf = (args: NetworkArgs) => {
    const matrix = networkMatrix(args);
    const judge = evaluator({ policies: networkPolicies(matrix) });
    const ends = new Map<string, Endpoint>(
      samplePods(matrix).flatMap(({ peer, pod }) => (peer ? [[peer, pod]] : [])),
    );
    const end = (name: string) => ends.get(name) ?? ({ kind: "address", ip: name, at: "outside" } as const);
    return (from: string, to: string, port: number, protocol: "TCP" | "UDP" = "TCP") =>
      judge(end(from), end(to)).both(protocol, port);
  };
  const name = (key: Parameters<typeof workload>[0]) => workload(key).name;
  const [server, objects, frontend, preview, webhook, importer, ifc] = (
    [
      "server",
      "objects",
      "frontend_2",
      "preview_service",
      "webhook_service",
      "fileimport_service",
      "ifc_import_service",
    ] as const
  ).map(name) as [string, string, string, string, string, string, string];

  const rows: [what: string, args: NetworkArgs, from: string, to: string, port: number, open: boolean][] = [
    [
      "previews find their queue, which the chart's own policies cut (C6)",
      plain,
      preview,
      "valkey",
      6379,
      true,
    ],
    ["previews load objects, which the chart's own policies cut (C6)", plain, preview, objects, 3000, true],
    ["previews have no business with the database (C6)", plain, preview, "postgres", 5432, false],
    ["imports go to objects (C6)", plain, importer, objects, 3000, true],
    ["imports do not go to the server (C6)", plain, importer, server, 3000, false],
    ["IFC imports go to objects", { ...plain, ifcImport: true }, ifc, objects, 3000, true],
    [
      "the importer that does not run may do nothing",
      { ...plain, ifcImport: true },
      importer,
      objects,
      3000,
      false,
    ],
    ["pages are rendered with the server's answers (C6)", plain, frontend, server, 3000, true],
    ["the frontend has no business with the database (C6)", plain, frontend, "postgres", 5432, false],
    ["requests come in by Traefik (A30)", plain, "traefik", frontend, 8080, true],
    ["requests do not come in past Traefik (A30)", plain, "203.0.113.9", frontend, 8080, false],
    ["everyone reaches Traefik", plain, "203.0.113.9", "traefik", 8443, true],
    ["nobody reaches Traefik's own API", plain, "203.0.113.9", "traefik", 8080, false],
    [
      "untrusted files stay in: previews (A32)",
      { ...plain, outbound: "all" },
      preview,
      "8.8.8.8",
      443,
      false,
    ],
    [
      "untrusted files stay in: imports (A32)",
      { ...plain, outbound: "all" },
      importer,
      "8.8.8.8",
      443,
      false,
    ],
    [
      "untrusted files stay in: IFC imports (A32)",
      { ...plain, ifcImport: true, outbound: "all" },
      ifc,
      "8.8.8.8",
      443,
      false,
    ],
    ["webhooks reach the internet", plain, webhook, "8.8.8.8", 443, true],
    ["webhooks do not reach the metadata service (A32)", plain, webhook, "169.254.169.254", 80, false],
    ["webhooks do not reach private addresses (A32)", plain, webhook, "192.168.1.1", 443, false],
    ["webhooks do not reach the cluster's own public range (A32)", managed, webhook, "52.0.7.7", 443, false],
    ["webhooks do not reach the server (A33)", plain, webhook, server, 3000, false],
    ["no webhook leaves where nothing may", { ...plain, outbound: "none" }, webhook, "8.8.8.8", 443, false],
    ["the server does not reach the internet unasked (C7)", plain, server, "8.8.8.8", 443, false],
    [
      "the server reaches the internet when everything may",
      { ...plain, outbound: "all" },
      server,
      "8.8.8.8",
      443,
      true,
    ],
    [
      "telemetry needs the internet when it is on (C7)",
      { ...plain, telemetry: true },
      objects,
      "8.8.8.8",
      443,
      true,
    ],
    [
      "a managed database is reached although private ranges are not the internet (F51)",
      managed,
      server,
      "10.20.1.9",
      25060,
      true,
    ],
    ["a managed database is reached on its port alone (F51)", managed, server, "10.20.1.9", 5432, false],
    ["a managed database is not for webhooks' targets (F51)", managed, webhook, "10.20.1.9", 443, false],
    ["nothing of Speckle reaches the Kubernetes API (A25)", plain, server, "10.96.0.1", 443, false],
    ["the operator reaches the Kubernetes API", plain, "postgres-operator", "10.96.0.1", 443, true],
    ["the API server reaches the operator's admission", plain, "172.18.0.2", "postgres-operator", 9443, true],
    ["the operator asks instances for their state", plain, "postgres-operator", "postgres", 8000, true],
    ["standbys follow the primary", plain, "postgres", "postgres", 5432, true],
    ["the database starts no connection to Speckle (A33)", plain, "postgres", server, 3000, false],
    ["the cache starts no connection at all (A33)", plain, "valkey", "cluster-dns", 53, false],
    ["browsers' uploads reach the store by Traefik", plain, "traefik", "object-store", 7070, true],
    ["Prometheus collects the server's metrics", monitored, "prometheus", server, 3000, true],
    ["Prometheus has no business with the database itself", monitored, "prometheus", "postgres", 5432, false],
    ["nobody else in the cluster collects metrics", monitored, "valkey", "traefik", 9100, false],
    ["nobody outside collects metrics", monitored, "203.0.113.9", "traefik", 9100, false],
    ["the database is not exposed (A30)", plain, "203.0.113.9", "postgres", 5432, false],
  ];
  for (const [what, args, from, to, port, open] of rows) {
    it(what, () => assert.equal(judgeOf(args)(from, to, port), open));
  }

  for (const protocol of ["UDP", "TCP"] as const) {
    for (const dns of ["cluster-dns", "node-local-dns", "169.254.20.10"]) {
      it(`answers names over ${protocol} from ${dns} (F52)`, () => {
        for (const from of [server, preview, webhook, "postgres"]) {
          assert.ok(judgeOf(plain)(from, dns, 53, protocol), from);
        }
      });
    }
  }
});

describe("a mistake in the policies is noticed:", () => {
  const args: NetworkArgs = {
    ...plain,
    email: { port: 587, ranges: ["10.50.0.16/28"] },
    kubernetesApi: ["10.96.0.1/32", "172.18.0.2/32"],
  };
  const matrix = networkMatrix(args);
  const differences = proof(matrix);

  for (const [what, found] of Object.entries(mistakes(networkPolicies(matrix)))) {
    it(`${what} (${found.length} mistakes)`, () => {
      assert.ok(found.length > 0);
      const unnoticed = found.filter(({ policies }) => differences({ policies }).next().done);
      assert.deepEqual(
        unnoticed.map((mistake) => mistake.what),
        [],
      );
    });
  }
});
