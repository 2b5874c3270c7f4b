import { claim, database, object, plan, registered, resource, workload } from "../support.ts";
import {
  behind,
  type Case,
  chart,
  doBucket,
  doPool,
  otherSecret,
  own,
  provider,
  secret,
  volume,
} from "./sides.ts";

const limit = (maxRequestBodyBytes: number) =>
  object("traefik.io/v1alpha1", "Middleware", "m", { spec: { buffering: { maxRequestBodyBytes } } });

const job = (image: string) =>
  object("batch/v1", "Job", "j", { spec: { template: { spec: { containers: [{ name: "main", image }] } } } });

/** Changes that nobody notices. */
export const none: readonly Case[] = [
  ["a claim grows", ...own(claim("1Gi"), claim("2Gi"))],
  ["a chart's kept claim is no longer rendered", ...chart(claim("1Gi"), undefined, true), /stays/],
  ["a volume with the policy Retain is removed", ...own(volume("Retain"), undefined)],
  ["the in-cluster database grows", ...own(database(), database({ storage: { size: "40Gi" } }))],
  [
    "a parameter is reloaded",
    ...own(database(), database({ postgresql: { parameters: { max_connections: "100", work_mem: "8MB" } } })),
  ],
  [
    "a workload gets more pods",
    ...own(workload("Deployment", { replicas: 1 }), workload("Deployment", { replicas: 2 })),
  ],
  [
    "a workload without pods gets another image",
    ...own(
      workload("Deployment", { replicas: 0 }),
      workload("Deployment", { replicas: 0 }, { image: "speckle:2" }),
    ),
  ],
  ["Traefik lets larger requests through", ...own(limit(100), limit(500)), /takes it up at once/],
  ["Traefik lets only smaller requests through", ...own(limit(500), limit(100)), /refuses larger requests/],
  ["a Job of the program's runs again", ...own(job("speckle:1"), job("speckle:2")), /runs again/],
  ["a Secret changes in place", ...own(secret(), otherSecret())],
  ["a network policy is removed", ...own(object("networking.k8s.io/v1", "NetworkPolicy", "p"), undefined)],
  [
    "a bucket that is retained is removed",
    plan([resource(doBucket, "b", {}, { retainOnDelete: true })]),
    plan([]),
  ],
  [
    "an ignored input changes",
    plan([resource(doPool, "p", { nodeCount: 1 })]),
    plan([resource(doPool, "p", { nodeCount: 2 }, { ignoreChanges: ["nodeCount"] })]),
  ],
  [
    "the in-cluster database is renamed in the program with an alias",
    plan([registered(database(), "old")]),
    plan([registered(database(), "new", { aliases: [registered(database(), "old").urn] })]),
  ],
  [
    "a named cluster's kubeconfig changes (F3)",
    plan([
      resource(provider, "k", { clusterIdentifier: "a", kubeconfig: "(secret 0)" }),
      registered(claim("1Gi")),
    ]),
    plan([
      resource(provider, "k", { clusterIdentifier: "a", kubeconfig: "(secret 1)" }),
      registered(claim("1Gi")),
    ]),
  ],
  ["everything is new", plan([]), plan([registered(database()), resource(doBucket, "b", {})])],
  ["a route is no longer behind the allow-list", ...own(behind("allow", "headers"), behind("headers"))],
];
