import assert from "node:assert/strict";
import { type Claim, claimProblems, identityMarks, roomMark } from "../../../components/sharing/claim.ts";
import { serviceNames } from "../../../components/sharing/services.ts";

const node = { kind: "Node", metadata: { name: "node-1" } };
const system = { kind: "Namespace", metadata: { name: "kube-system" } };
const made = (name: string, namespace: string, domain: string) => ({
  kind: "Namespace",
  metadata: { name, ...identityMarks({ namespace, domain }) },
});
const unmarked = (name: string) => ({ kind: "Namespace", metadata: { name } });

const [mine, theirs] = ["mine.example.com", "theirs.example.com"];
const owner: Claim = { namespace: "mine", domain: mine, own: serviceNames, shared: [] };
const guest: Claim = { ...owner, own: [], shared: serviceNames };
const services = (namespace: string, domain: string) =>
  ["traefik", "cnpg-system", "cert-manager"].map((name) => made(name, namespace, domain));

const large: Claim = { ...guest, uploads: { fileMb: 500, objectMb: 100 } };
/** The services of an owner whose Traefik has room for uploads of this size. */
const withRoom = (fileMb: number) => {
  const [traefik, ...others] = services("theirs", theirs);
  assert.ok(traefik);
  const { metadata } = traefik;
  const annotations = { ...metadata.annotations, ...roomMark({ fileMb, objectMb: 100 }) };
  return [{ ...traefik, metadata: { ...metadata, annotations } }, ...others];
};

const rows: [what: string, objects: object[], claim: Claim, paths: string[]][] = [
  ["the first environment of a cluster", [node, system], owner, []],
  [
    "an environment that is there already",
    [system, made("mine", "mine", mine), ...services("mine", mine)],
    owner,
    [],
  ],
  ["one that has another host now", [system, made("mine", "mine", "old.example.com")], owner, []],
  [
    "an environment of an earlier release, without marks",
    [system, unmarked("mine"), unmarked("traefik")],
    owner,
    [],
  ],
  [
    "two owners",
    [system, made("theirs", "theirs", theirs), ...services("theirs", theirs)],
    owner,
    ["clusterServices", "postgres.operator", "certificate.certManager"],
  ],
  ["a guest", [system, made("theirs", "theirs", theirs), ...services("theirs", theirs)], guest, []],
  [
    "a guest of nobody",
    [node, system],
    guest,
    ["clusterServices", "postgres.operator", "certificate.certManager"],
  ],
  [
    "a guest of an owner without operator",
    services("theirs", theirs).toSpliced(1, 1),
    guest,
    ["postgres.operator"],
  ],
  [
    "services that somebody else made",
    [system, unmarked("traefik")],
    { ...guest, shared: ["traefik"] },
    ["clusterServices"],
  ],
  [
    "a guest in its owner's namespace",
    services("mine", theirs),
    { ...guest, shared: ["traefik"] },
    ["clusterServices"],
  ],
  ["a guest with the host of another", services("theirs", mine), guest, ["domain"]],
  ["a list that tells of no namespaces", [node], guest, []],
  [
    "a guest with larger uploads than an earlier release has room for",
    services("theirs", theirs),
    large,
    ["uploads"],
  ],
  ["a guest with larger uploads than Traefik has room for", withRoom(499), large, ["uploads"]],
  ["a guest with uploads that Traefik has room for", withRoom(500), large, []],
  ["a guest with larger uploads, and a Traefik of its own", withRoom(100), { ...large, shared: [] }, []],
];

describe("what an environment takes for its own in a cluster", () => {
  for (const [what, items, claim, paths] of rows) {
    it(`is ${paths.length > 0 ? "refused" : "taken"}: ${what}`, () => {
      const problems = claimProblems(JSON.stringify({ items }), claim);
      assert.deepEqual(
        problems.map(({ path }) => path),
        paths,
      );
      for (const { fix } of problems) assert.match(fix, /Nothing has been made\.$/);
    });
  }
});
