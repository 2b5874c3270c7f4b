import { choices, plain } from "../../components/network/choices.ts";
import { networkMatrix } from "../../components/network/matrix.ts";
import { podPeers } from "../../components/network/proof.ts";

type Labels = Readonly<Record<string, string>>;

/** Every matrix there is, as far as names and reasons go. */
const matrices = [plain, ...choices.map(({ change }) => ({ ...plain, ...change }))].map(networkMatrix);

const names = new Map(matrices.flatMap(podPeers).map(({ labels, name }) => [labelText(labels), name]));

const everyRole = matrices.flatMap(({ roles }) => roles);

/** By the names of roles: why each is there, and its ends in every environment; undefined stands for addresses. */
const roles = new Map(
  [...Map.groupBy(everyRole, ({ name }) => name)].map(([name, same]) => {
    const peers = same.flatMap(({ from, to }) => [...from, ...to]);
    const ends = new Set(peers.map((peer) => (peer.kind === "pods" ? peer.name : undefined)));
    return [name, { why: same[0]?.why, ends }];
  }),
);

/** The matrix's name for pods with exactly these labels; the labels themselves when it has none. */
export function podName(labels: Labels): string {
  return names.get(labelText(labels)) ?? (labelText(labels) || everyPod);
}

/** Pods of a namespace, whatever their labels. */
export const everyPod = "every pod";

/**
 * Why the matrix has an edge; undefined for one it has not.
 * @param policy name of the policy that allows it: those of the matrix's policies are built from its roles'
 * @param ends the matrix's names of the ends that are pods, undefined for addresses
 * @param port the matrix names each, and never a range
 */
export function whyAllowed(
  policy: string,
  ends: readonly (string | undefined)[],
  port: string,
): string | undefined {
  const role = roles.get(policy.replace(/-(egress|ingress)$/, ""));
  return role && /^\w+ \d+$/.test(port) && ends.every((end) => role.ends.has(end)) ? role.why : undefined;
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(" and ");
}
