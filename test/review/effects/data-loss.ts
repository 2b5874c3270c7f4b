import { claim, database, plan, registered, rendered, resource } from "../support.ts";
import {
  type Case,
  chart,
  cloud,
  definition,
  doBucket,
  doDatabase,
  inCluster,
  inNetwork,
  inRegion,
  namespace,
  own,
  provider,
  rds,
  release,
  s3,
  stateful,
  volume,
} from "./sides.ts";

/** Changes that destroy data. */
export const dataLoss: readonly Case[] = [
  ["a claim is removed", ...own(claim("1Gi"), undefined), /volume is deleted/],
  ["a chart no longer renders a claim", ...chart(claim("1Gi"), undefined)],
  ["a claim shrinks", ...own(claim("2Gi"), claim("1Gi")), /cannot shrink/],
  ["a claim moves to another class", ...own(claim("1Gi"), claim("1Gi", { storageClassName: "fast" }))],
  [
    "a chart's claim moves to another class",
    ...chart(claim("1Gi"), claim("1Gi", { storageClassName: "fast" })),
    /Helm's upgrade fails/,
  ],
  ["the in-cluster database is removed", ...own(database(), undefined), /all instances/],
  ["the in-cluster database shrinks", ...own(database(), database({ storage: { size: "10Gi" } }))],
  [
    "the in-cluster database is renamed in the program without an alias",
    plan([registered(database(), "old")]),
    plan([registered(database(), "new")]),
    /without an alias/,
  ],
  [
    "a namespace with a claim is removed",
    plan([registered(namespace, "space")], [rendered(claim("1Gi"))]),
    plan([], [rendered(claim("1Gi"))]),
    /files/,
  ],
  [
    "the definition of databases is removed",
    plan([registered(database())], [rendered(definition)]),
    plan([registered(database())]),
  ],
  [
    "a StatefulSet that deletes its volumes is removed",
    ...own(stateful("1Gi", { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } }), undefined),
  ],
  ["a volume with the policy Delete is removed", ...own(volume("Delete"), undefined)],
  ["the managed database is removed", ...cloud(doDatabase, { engine: "pg" }, undefined)],
  ["the managed database gets another name", ...cloud(doDatabase, { name: "a" }, { name: "b" })],
  ["the managed database gets another engine", ...cloud(doDatabase, { engine: "pg" }, { engine: "mysql" })],
  [
    "the managed database moves to another network",
    ...cloud(doDatabase, { privateNetworkUuid: "a" }, { privateNetworkUuid: "b" }),
  ],
  [
    "the managed database's disk shrinks",
    ...cloud(doDatabase, { storageSizeMib: "61440" }, { storageSizeMib: "30720" }),
  ],
  [
    "the database in the managed cluster is renamed",
    ...cloud("digitalocean:index/databaseDb:DatabaseDb", { name: "a" }, { name: "b" }),
  ],
  [
    "a Spaces bucket is renamed, an update for the provider",
    ...cloud(doBucket, { name: "a" }, { name: "b" }),
    /empty one/,
  ],
  ["a Spaces bucket moves to another region", ...cloud(doBucket, { region: "fra1" }, { region: "ams3" })],
  ["a Spaces bucket is removed", ...cloud(doBucket, { name: "a" }, undefined)],
  ["an S3 bucket is renamed", ...cloud(s3, { bucket: "a" }, { bucket: "b" })],
  ["RDS is encrypted with another key", ...cloud(rds, { kmsKeyId: "a" }, { kmsKeyId: "b" })],
  ["RDS gets less storage", ...cloud(rds, { allocatedStorage: 100 }, { allocatedStorage: 50 })],
  ["RDS is removed", ...cloud(rds, { engine: "postgres" }, undefined)],
  ["a key that encrypts is removed", ...cloud("aws:kms/key:Key", { description: "a" }, undefined)],
  [
    "the default pool's size changes under in-cluster stores (F22)",
    inCluster({ nodePool: { size: "s-2vcpu-4gb" } }),
    inCluster({ nodePool: { size: "s-4vcpu-8gb" } }),
    /files/,
  ],
  [
    "kind's cluster is made anew under in-cluster stores",
    plan([
      resource("command:local:Command", "c-nodes", { triggers: ["a"] }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
    plan([
      resource("command:local:Command", "c-nodes", { triggers: ["b"] }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
  ],
  [
    "kind is told of other nodes, which it cannot have without a new cluster",
    plan([
      resource("command:local:Command", "c-nodes", { stdin: "a" }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
    plan([
      resource("command:local:Command", "c-nodes", { stdin: "b" }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
  ],
  [
    "the provider leads to another cluster",
    plan([resource(provider, "k", { clusterIdentifier: "a" }), registered(claim("1Gi"))]),
    plan([resource(provider, "k", { clusterIdentifier: "b" }), registered(claim("1Gi"))]),
  ],
  [
    "an unnamed cluster's kubeconfig changes (F3)",
    plan([resource(provider, "k", { kubeconfig: "(secret 0)" }), registered(claim("1Gi"))]),
    plan([resource(provider, "k", { kubeconfig: "(secret 1)" }), registered(claim("1Gi"))]),
  ],
  [
    "a release that holds a claim gets another name",
    plan([release()], [rendered(claim("1Gi"))]),
    plan([release({ name: "other" })], [rendered(claim("1Gi"))]),
  ],
  ["a release that holds a claim is removed", plan([release()], [rendered(claim("1Gi"))]), plan([])],
  [
    "the network is made anew beneath the managed database, whose input reads as before",
    inNetwork("10.1.0.0/16"),
    inNetwork("10.2.0.0/16"),
    /every database/,
  ],
  [
    "the provider leads to another region, which no resource names",
    inRegion("eu-central-1"),
    inRegion("eu-west-1"),
    /every database/,
  ],
];
