import { code, table } from "../markdown.ts";
import { scratchLimits } from "../speckle/values.ts";
import { type WorkloadKey, workload } from "../speckle/workloads.ts";
import { podExceptions } from "./pod-security.ts";
import { relaxations } from "./relaxations.ts";

/** The page `docs/security.md`: what pods may do, and who is excepted. */
export function securityPage(): string {
  return [
    "# Security of pods",
    "",
    "Generated from `components/security` by `npm run docs`. Who may talk to whom stands in [network.md](network.md), secrets",
    "in [secrets.md](secrets.md), what holds data in [volumes.md](volumes.md).",
    "",
    "## Pod Security",
    "Every namespace of an environment enforces the Pod Security Standard `restricted`: the API server refuses a pod that",
    "falls short of it. Charts' pods meet it, but for these, which it changes as it takes them in, by a",
    "MutatingAdmissionPolicy. The chart's own objects stay as they are, so an upgrade finds what it left; a pod that comes",
    "with a security context of its own is left alone, and has to meet `restricted` by itself.",
    "",
    ...table(
      ["pod", "rules it breaks", "reason", "runs as"],
      podExceptions.map(({ pod, rules, reason, user }) => [
        code(pod),
        rules.map(code).join(", "),
        reason,
        String(user),
      ]),
    ),
    "",
    "That takes Kubernetes 1.36, which kind clusters have, and a cloud's with such a `cluster.version`. On an older one, and",
    "on one that is already there, the default is `podSecurity: baseline`, which takes 1.30: Speckle's namespace enforces",
    "`baseline`, and a ValidatingAdmissionPolicy refuses everything short of `restricted` but those pods. There nobody mends",
    "how Speckle's pods end either: [edge.md](edge.md) says what an update is then felt as.",
    "",
    "An exception is a pod with that label `app` and that service account, both. No Speckle pod has a token of the",
    "Kubernetes API.",
    "",
    "With `exposure.type: hostPort` Traefik's pods have ports of their nodes, which every enforced level forbids. Its",
    "namespace then enforces none, and a ValidatingAdmissionPolicy refuses everything short of `restricted` there but those",
    "ports of that pod, told by service account and label.",
    "",
    "## Files of strangers",
    "These open what users upload. They reach no address of the internet, whatever the settings say, and what they",
    "write is limited: above it the pod is evicted, not its neighbours.",
    "",
    ...table(
      ["workload", "scratch space"],
      Object.entries(scratchLimits).map(([key, limit]) => [code(workload(key as WorkloadKey).name), limit]),
    ),
    "",
    "`runtimeClass` names a RuntimeClass of the cluster, such as gVisor's, in which they then run: the chart has no value",
    "for it, so a MutatingAdmissionPolicy gives it to their pods (Kubernetes 1.36). The class and its runtime are yours to",
    "bring: a pod is refused, and the `up` says so, where there is no class of that name.",
    "",
    "## What settings open",
    "Each of these opens something that is shut without it; the rehearsal's summary names those of a stack.",
    "",
    ...table(
      ["setting", "opens"],
      relaxations.map(({ setting, opens }) => [setting, opens]),
    ),
    "",
    "## Quotas",
    "Each namespace has a ResourceQuota for pods, requested CPU and memory, and memory limits: what the plan runs, in the",
    "middle of an update of everything at once. `quota` replaces single figures of Speckle's namespace. Speckle's and the",
    "operator's allow no Service of type LoadBalancer or NodePort, since the one way in is Traefik's. A LimitRange gives",
    "containers that ask for nothing a request and a limit of memory and scratch space.",
    "",
  ].join("\n");
}
