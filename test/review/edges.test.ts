import assert from "node:assert/strict";
import { networkEdges, networkMatrix } from "../../components/network/matrix.ts";
import type { Peer, PodPeer } from "../../components/network/peers.ts";
import { networkPolicies } from "../../components/network/policies.ts";
import { edgeChanges, edgeCount } from "../../review/findings/edges.ts";
import type { PlannedObject } from "../../review/plan/plan.ts";
import { environments, plain } from "../components/network/support.ts";
import { object, rendered } from "./support.ts";

const objectsOf = (args: typeof plain) =>
  networkPolicies(networkMatrix(args)).map((policy) => rendered({ ...policy }));

describe("the edges of the network that a review names", () => {
  for (const [name, args] of Object.entries(environments)) {
    it(`are the matrix's own, in its words: ${name}`, () => {
      const expected = networkEdges(networkMatrix(args)).flatMap(({ from, to, protocol, port, why }) =>
        textsOf(from).flatMap((source) =>
          textsOf(to).map((end) => ({ edge: `${source} → ${end}, ${protocol} ${port}`, why })),
        ),
      );
      const { opened, closed } = edgeChanges([], objectsOf(args));
      const found = new Map<string, string>(
        opened.flatMap(({ from, to, ports, why }) =>
          from.flatMap((source) =>
            ports.map((port) => [`${source} → ${to.replace(/ \(.*/, "")}, ${port}`, why] as const),
          ),
        ),
      );
      assert.deepEqual([...found.keys()].sort(), [...new Set(expected.map(({ edge }) => edge))].sort());
      for (const { edge, why } of expected) {
        // Roles that a setting names are told by their policies.
        const told = why.includes("extra port") ? "NetworkPolicy" : why;
        assert.ok(found.get(edge)?.includes(told), `${edge}: ${why}`);
      }
      assert.ok(opened.every(({ whole }) => whole));
      assert.deepEqual(closed, []);
      assert.equal(edgeCount(objectsOf(args)), found.size);
    });
  }

  it("are those that a choice adds or takes, and no others", () => {
    const { opened, closed } = edgeChanges(objectsOf(plain), objectsOf({ ...plain, ifcImport: true }));
    const database = opened.find(({ to }) => to === "speckle/postgres");
    assert.deepEqual(database, {
      from: ["speckle/speckle-ifc-import-service"],
      to: "speckle/postgres",
      ports: ["TCP 5432"],
      why: "The database: everything but files, and the queues of webhooks and imports",
      whole: true,
    });
    const sources = (edges: typeof opened) => [...new Set(edges.flatMap(({ from }) => from))];
    assert.deepEqual(sources(opened), ["speckle/speckle-ifc-import-service"]);
    assert.deepEqual(sources(closed), ["speckle/speckle-fileimport-service"]);
  });

  const server = { podSelector: { matchLabels: { app: "speckle-server", project: "speckle-server" } } };
  const handMade = (name: string, spec: object): PlannedObject =>
    rendered(object("networking.k8s.io/v1", "NetworkPolicy", name, { spec }));

  it("name a policy made by hand, even under a name of the matrix's", () => {
    const leak = handMade("postgres-clients-egress", {
      ...server,
      policyTypes: ["Egress"],
      egress: [
        { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] },
        { to: [{ podSelector: { matchLabels: { app: "x" } } }], ports: [{ port: 1, endPort: 9 }] },
      ],
    });
    const { opened } = edgeChanges(objectsOf(plain), [...objectsOf(plain), leak]);
    const from = ["speckle/speckle-server"];
    const why = "NetworkPolicy speckle/postgres-clients-egress";
    assert.deepEqual(
      opened.find(({ to }) => to === "speckle/app=x"),
      { from, to: "speckle/app=x", ports: ["TCP 1-9"], why, whole: false },
      "the other end lets nothing in",
    );
    assert.deepEqual(
      opened.find(({ to }) => to === "0.0.0.0/0"),
      { from, to: "0.0.0.0/0", ports: ["every port"], why, whole: true },
    );
  });

  it("count as open when the end that was missing lets them through as well", () => {
    const both = objectsOf(plain);
    const half = both.filter(({ object }) => object.metadata.name !== "server-rendering-ingress");
    const found = edgeChanges(half, both).opened;
    assert.deepEqual(
      found.map(({ from, to, whole }) => [from, to, whole]),
      [[["speckle/speckle-frontend-2"], "speckle/speckle-server", true]],
    );
    assert.deepEqual(edgeChanges(both, half).closed, found);
  });

  it("come with the pods that nothing restricts any more", () => {
    const policies = objectsOf(plain);
    const withoutDenial = policies.filter(({ object }) => object.metadata.name !== "speckle-default-deny");
    const found = edgeChanges(policies, withoutDenial);
    assert.deepEqual(found.unrestricted, ["ingress of speckle/every pod", "egress of speckle/every pod"]);
    assert.deepEqual(edgeChanges(withoutDenial, policies).restricted, found.unrestricted);
    assert.deepEqual([found.opened, found.closed, found.restricted], [[], [], []]);
  });
});

/** An end as a review writes it; the many ranges of the internet are one. */
function textsOf(peer: Peer): string[] {
  if (peer.kind === "pods") return [`${peer.namespace}/${podText(peer)}`];
  if (peer.kind === "node") return [];
  if (peer.ranges === "anywhere") return ["anywhere"];
  return peer.ranges.length > 4 ? ["internet"] : [...peer.ranges];
}

/** Pods that a setting names have no other name than their labels. */
function podText({ name, labels }: PodPeer): string {
  return name.startsWith("extra-port-") ? Object.entries(labels).join().replace(",", "=") : name;
}
