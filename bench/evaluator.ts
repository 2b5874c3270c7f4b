import { type Endpoint, evaluator } from "../components/network/evaluate.ts";
import { networkMatrix } from "../components/network/matrix.ts";
import type { NetworkArgs } from "../components/network/peers.ts";
import { networkPolicies } from "../components/network/policies.ts";
import { knownPorts, podPeers } from "../components/network/proof.ts";
import { type Figure, median, seconds } from "./figure.ts";

const workloads = 200;
const repetitions = 5;

/** What judging every port between every two of many workloads costs; demanded is less than a second. */
export async function evaluatorFigures(say: (line: string) => void): Promise<Figure[]> {
  say(`network policies of ${workloads} workloads`);
  const environments = environmentsOf(workloads);
  const policies = environments.flatMap((matrix) => networkPolicies(matrix));
  const pods = environments.flatMap((matrix) => podsOf(matrix)).slice(0, workloads);
  const ports = environments[0] ? knownPorts(environments[0]) : [];
  const judgeAll = () => {
    const judge = evaluator({ policies });
    for (const from of pods)
      for (const to of pods) {
        const { both } = judge(from, to);
        for (const { protocol, port } of ports) both(protocol, port);
      }
  };
  const value = await median(repetitions, () => seconds(judgeAll));
  const what = `judging ${pods.length} workloads, ${policies.length} policies and ${ports.length} ports`;
  return [{ what, value, unit: "s", against: { what: "the second it may take", value: 1 } }];
}

/** Environments side by side in one cluster, as many as have the workloads. */
function environmentsOf(count: number) {
  const matrices = Array.from({ length: count }, (_, index) => networkMatrix(environment(index)));
  const least = matrices.findIndex(
    (_, index) => matrices.slice(0, index + 1).flatMap(podsOf).length >= count,
  );
  return matrices.slice(0, least + 1);
}

function environment(index: number): NetworkArgs {
  return {
    namespace: `team-${index}`,
    ifcImport: false,
    telemetry: true,
    outbound: "all",
    postgres: { at: "cluster" },
    cache: { at: "cluster" },
    objectStore: { at: "cluster" },
    email: { port: 587 },
    kubernetesApi: "anywhere",
    clusterRanges: ["10.244.0.0/16", "10.96.0.0/12"],
  };
}

/** The workloads of an environment's own namespace. */
function podsOf(matrix: ReturnType<typeof networkMatrix>): Endpoint[] {
  const [own] = matrix.namespaces;
  return podPeers(matrix).flatMap(({ name, namespace, labels }) =>
    namespace === own ? [{ kind: "pod" as const, namespace, name, labels }] : [],
  );
}
