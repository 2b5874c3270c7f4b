export { Accounts, type AccountsArgs } from "./accounts/accounts.ts";
export type { AwsArgs } from "./cluster/aws-plan.ts";
export type { CloudCluster, CloudMaker } from "./cluster/cloud.ts";
export type { Cluster, Entry } from "./cluster/contract.ts";
export type { DigitalOceanArgs } from "./cluster/digitalocean-plan.ts";
export { ExistingCluster, type ExistingClusterArgs } from "./cluster/existing.ts";
export { KindCluster } from "./cluster/kind.ts";
export type { KindClusterSpec } from "./cluster/kind-config.ts";
export type { Pool, PoolRole } from "./cluster/pools.ts";
export type {
  CacheChoice,
  DataClass,
  ObjectStoreChoice,
  PostgresChoice,
  StoreChoices,
} from "./data/args.ts";
export { Cache, type CacheArgs } from "./data/cache.ts";
export { ObjectStore, type ObjectStoreArgs } from "./data/object-store.ts";
export { Postgres, type PostgresArgs } from "./data/postgres.ts";
export { Certificate, type CertificateArgs, type CertificateComponentArgs } from "./edge/certificate.ts";
export type { TrustedProxies } from "./edge/client-address.ts";
export type { Registration } from "./edge/registration.ts";
export { Edge, type EdgeComponentArgs } from "./edge/traefik.ts";
export { SpeckleEnvironment } from "./environment.ts";
export type { ClusterArgs, ClusterChoice, SpeckleEnvironmentArgs } from "./environment-args.ts";
export { Monitoring, type MonitoringArgs, type MonitoringChoice } from "./monitoring/monitoring.ts";
export type { Outbound } from "./network/peers.ts";
export { NetworkPolicies, type NetworkPoliciesArgs } from "./network/policies-component.ts";
export { Namespaces, type NamespacesArgs } from "./security/namespaces.ts";
export {
  OwnServices,
  type OwnServicesArgs,
  SharedServices,
  type SharedServicesArgs,
} from "./sharing/component.ts";
export type { ServiceName, ServiceOwner } from "./sharing/services.ts";
export { Speckle, type SpeckleArgs } from "./speckle/speckle.ts";
export type { UploadLimits } from "./speckle/uploads.ts";
