import type { Problem } from "../components/problem.ts";

/** What to do about a cause, by the words the API server, the scheduler or Helm use for it. */
const advice: readonly (readonly [words: RegExp, fix: string])[] = [
  [
    /no PriorityClass with name/,
    "Let the program make the classes (`priorityClasses: create`), or create them on the cluster first.",
  ],
  [/exceeded quota/, "Raise `quota`, or lower replicas or requests under `workloads`."],
  [
    /failed quota: .* must specify/,
    "Give the container named the resources a quota counts, or leave those out of `quota`.",
  ],
  [
    /violates PodSecurity/,
    "Give the pod the security context the rule asks for; only the pods in docs/security.md are excepted.",
  ],
  [
    /untolerated taint|didn't match Pod's node affinity/,
    "Give the pool the pods want nodes with its label and taint: `pools.heavy.nodes` or `pools.general.nodes`.",
  ],
  [
    /Insufficient (cpu|memory|pods)/,
    "Add nodes or larger ones under `pools`, or lower requests under `workloads`.",
  ],
  [
    /no default one|unbound immediate PersistentVolumeClaims|storageclass.* not found/i,
    "Name a StorageClass that the cluster has (`cluster.storageClass`).",
  ],
  [/secret ".*" not found|couldn't find key/, "Create the Secret with that key, or let the program make it."],
  [
    /kind cannot change/,
    "In a rehearsal: take the change back, or `npm run rehearse -- down <stack>` and `up` again.",
  ],
  [
    /currently marked for protection/,
    "This change would destroy data. Undo it; or, if that is meant, name the resource in `acknowledgeDataLoss`, run `up` with that alone, and then with the change.",
  ],
  [
    /client connection is closing|of another VPC than the cluster's/,
    "Nothing moves a cluster from under what runs in it. Take the change back, end the environment (`destroy`), and bring it up anew with the change.",
  ],
  [
    /uses the cluster's .*: destroy it first/,
    "Destroy that environment first. Nothing of this one has gone.",
  ],
  [/already exists/, "Import the object, or remove it."],
  [
    /prometheusrules\.monitoring\.coreos\.com/,
    "Install the Prometheus Operator first (kube-prometheus-stack has it), or leave `monitoring` out.",
  ],
  [
    /no matches for kind "Mutating/,
    "Set `podSecurity: baseline`: clusters before Kubernetes 1.36 repair no pods.",
  ],
  [/no matches for kind (?!"Mutating)/, "Install the definition of that kind before the object."],
];

const otherwise = "Mend the cause named, and run the command again.";

/** An error of a resource as a problem with a way out. */
export function resourceProblem(path: string, reason: string): Problem {
  const fixes = advice.flatMap(([words, fix]) => (words.test(reason) ? [fix] : []));
  return { path, reason, fix: fixes.length > 0 ? fixes.join(" ") : otherwise };
}
