import type { PlainObject } from "../../../components/merge.ts";
import { claim, database, object, plan, registered, rendered, resource, workload } from "../support.ts";
import {
  type Case,
  chart,
  cloud,
  doDatabase,
  doPool,
  mounting,
  otherSecret,
  own,
  password,
  provider,
  rds,
  release,
  routes,
  secret,
  service,
  stateful,
} from "./sides.ts";

/** Changes that make something anew. */
export const replacement: readonly Case[] = [
  [
    "a Deployment's selector changes",
    ...own(workload("Deployment"), workload("Deployment", { selector: { matchLabels: { app: "other" } } })),
  ],
  ["a StatefulSet's volume template grows", ...own(stateful("1Gi"), stateful("2Gi"))],
  [
    "a chart's StatefulSet gets another service",
    ...chart(stateful("1Gi"), stateful("1Gi", { serviceName: "x" })),
    /Helm's upgrade fails/,
  ],
  [
    "a binding leads to another role",
    ...own(
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", { roleRef: { name: "a" } }),
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", { roleRef: { name: "c" } }),
    ),
  ],
  [
    "a priority gets another value",
    ...own(
      object("scheduling.k8s.io/v1", "PriorityClass", "p", { value: 1 }),
      object("scheduling.k8s.io/v1", "PriorityClass", "p", { value: 2 }),
    ),
  ],
  ["a node pool gets another size", ...cloud(doPool, { size: "s-2vcpu-4gb" }, { size: "s-4vcpu-8gb" })],
  ["a password gets longer", ...cloud(password, { length: 32 }, { length: 48 })],
  [
    "the network gets another range",
    ...cloud("digitalocean:index/vpc:Vpc", { ipRange: "10.1.0.0/16" }, { ipRange: "10.2.0.0/16" }),
  ],
  [
    "a load balancer turns internal",
    ...own(
      service({}, { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" }),
      service({}, { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" }),
    ),
  ],
  [
    "a Secret marked immutable changes",
    ...own(secret({ immutable: true }), otherSecret({ immutable: true })),
  ],
  [
    "a Secret changes under a provider that does not update Secrets",
    plan([resource(provider, "k", { clusterIdentifier: "a" }), registered(secret())]),
    plan([resource(provider, "k", { clusterIdentifier: "a" }), registered(otherSecret())]),
  ],
  [
    "the program itself asks for replacement",
    plan([resource("x:y:Z", "z", { a: 1 })]),
    plan([resource("x:y:Z", "z", { a: 2 }, { replaceOnChanges: ["a"] })]),
  ],
];

/** Changes that take something away for a while. */
export const downtime: readonly Case[] = [
  [
    "a Recreate workload gets another image",
    ...own(
      workload("Deployment", { strategy: { type: "Recreate" } }),
      workload("Deployment", { strategy: { type: "Recreate" } }, { image: "speckle:2" }),
    ),
  ],
  [
    "the only pod of a StatefulSet changes",
    ...own(
      stateful("1Gi"),
      workload(
        "StatefulSet",
        { volumeClaimTemplates: (stateful("1Gi").spec as PlainObject).volumeClaimTemplates },
        { image: "speckle:2" },
      ),
    ),
  ],
  [
    "the only pod may not be doubled",
    ...own(
      workload("Deployment", { strategy: { rollingUpdate: { maxSurge: 0 } } }),
      workload("Deployment", { strategy: { rollingUpdate: { maxSurge: 0 } } }, { image: "speckle:2" }),
    ),
  ],
  [
    "a new pod waits for the old one's volume",
    plan([], [rendered(workload("Deployment", {}, {}, mounting)), rendered(claim("1Gi"))]),
    plan(
      [],
      [rendered(workload("Deployment", {}, { image: "speckle:2" }, mounting)), rendered(claim("1Gi"))],
    ),
    /lets go of the volume/,
  ],
  [
    "a workload is set to no pods",
    ...own(workload("Deployment", { replicas: 2 }), workload("Deployment", { replicas: 0 })),
  ],
  ["a workload is removed", ...chart(workload("Deployment"), undefined)],
  ["a StatefulSet that keeps its volumes is removed", ...own(stateful("1Gi"), undefined)],
  [
    "a database of one instance gets more connections",
    ...own(
      database({ instances: 1 }),
      database({ instances: 1, postgresql: { parameters: { max_connections: "200" } } }),
    ),
  ],
  [
    "the database gets another major version (F72)",
    ...own(database(), database({ imageName: "postgresql:17.2" })),
    /pg_upgrade/,
  ],
  [
    "the managed database gets another size",
    ...cloud(doDatabase, { size: "db-s-1vcpu-2gb" }, { size: "db-s-2vcpu-4gb" }),
  ],
  ["RDS gets another version", ...cloud(rds, { engineVersion: "16.3" }, { engineVersion: "16.4" })],
  ["a Service is removed", ...own(service({}), undefined)],
  ["a Service selects others", ...own(service({}), service({ selector: { app: "x" } }))],
  [
    "a Service gives up its load balancer",
    ...own(service({ type: "LoadBalancer" }), service({ type: "ClusterIP" })),
  ],
  ["a route vanishes", ...own(routes("Path(`/a`)", "Path(`/b`)"), routes("Path(`/a`)"))],
  [
    "a Secret goes that a workload reads",
    plan(
      [registered(secret())],
      [rendered(workload("Deployment", {}, { envFrom: [{ secretRef: { name: "keys" } }] }))],
    ),
    plan([], [rendered(workload("Deployment", {}, { envFrom: [{ secretRef: { name: "keys" } }] }))]),
    /still needs it/,
  ],
  ["a release nobody can render changes", plan([release()]), plan([release({ version: "2.0.0" })])],
  ["a DNS record is removed", ...cloud("digitalocean:index/dnsRecord:DnsRecord", { name: "@" }, undefined)],
];

/** Changes that restart something without anybody noticing. */
export const rollingRestart: readonly Case[] = [
  [
    "a rolling workload gets another image",
    ...own(workload("Deployment"), workload("Deployment", {}, { image: "speckle:2" })),
  ],
  [
    "a rolling workload gets more memory",
    ...chart(
      workload("Deployment"),
      workload("Deployment", {}, { resources: { limits: { memory: "2Gi" } } }),
    ),
  ],
  [
    "a StatefulSet of three gets another image",
    ...own(
      workload("StatefulSet", { replicas: 3 }),
      workload("StatefulSet", { replicas: 3 }, { image: "speckle:2" }),
    ),
  ],
  [
    "a DaemonSet gets another image",
    ...own(workload("DaemonSet"), workload("DaemonSet", {}, { image: "speckle:2" })),
  ],
  ["a database of three gets a fix", ...own(database(), database({ imageName: "postgresql:16.15" }))],
];
