import type { Input } from "@pulumi/pulumi";
import type { AwsArgs } from "./cluster/aws-plan.ts";
import type { CloudMaker } from "./cluster/cloud.ts";
import type { Entry } from "./cluster/contract.ts";
import type { DigitalOceanArgs } from "./cluster/digitalocean-plan.ts";
import type { HeavyNodes } from "./cluster/existing-nodes.ts";
import type { Pool } from "./cluster/pools.ts";
import type { StoreChoices } from "./data/args.ts";
import type { Acknowledging } from "./data/keeping.ts";
import type { CertificateArgs } from "./edge/certificate.ts";
import type { TrustedProxies } from "./edge/client-address.ts";
import type { Gate } from "./edge/middlewares.ts";
import type { Zone } from "./edge/name-service.ts";
import type { Registration } from "./edge/registration.ts";
import type { ExtraPort } from "./edge/traefik-ports.ts";
import type { MonitoringChoice } from "./monitoring/monitoring.ts";
import type { Outbound } from "./network/peers.ts";
import type { Rotations } from "./secrets/table.ts";
import type { PodSecurity } from "./security/namespace.ts";
import type { ServiceOwner } from "./sharing/services.ts";
import type { SignInArgs } from "./speckle/sign-in.ts";
import type { SignInSecrets } from "./speckle/speckle.ts";
import type { UploadLimits } from "./speckle/uploads.ts";
import type { EmailArgs, WorkloadSize } from "./speckle/values.ts";
import type { WorkloadKey } from "./speckle/workloads.ts";

/** Where an environment may run. */
export type ClusterChoice =
  | { readonly type: "kind"; readonly name: string; readonly address: string }
  | {
      readonly type: "existing";
      readonly kubeconfig: Input<string>;
      readonly context: string;
      readonly uid?: string | undefined;
      readonly storageClass?: string | undefined;
      readonly heavyNodes?: HeavyNodes | undefined;
      readonly networkRanges?: readonly string[] | undefined;
      readonly entry?: Entry | undefined;
    }
  | ({ readonly type: "digitalocean" } & DigitalOceanArgs)
  | ({ readonly type: "aws" } & AwsArgs);

/** Where an environment runs: a cloud comes with what makes its cluster. */
export type ClusterArgs =
  | Exclude<ClusterChoice, { type: "digitalocean" | "aws" }>
  | ({ readonly type: "digitalocean" } & DigitalOceanArgs & CloudMaker<DigitalOceanArgs>)
  | ({ readonly type: "aws" } & AwsArgs & CloudMaker<AwsArgs>);

/** One complete Speckle environment as plain data. */
export interface SpeckleEnvironmentArgs extends StoreChoices, Acknowledging {
  /** Host name of the environment. */
  readonly domain: string;
  readonly namespace: string;
  readonly cluster: ClusterArgs;
  /** Nodes; kind clusters are made with them, existing ones are looked at. Without a heavy pool all is general work. */
  readonly pools: readonly Pool[];
  readonly workloads: Record<WorkloadKey, WorkloadSize>;
  /** Most database connections in one pool of a pod of server or objects; default: the chart's 8. */
  readonly connectionsPerPool?: number | undefined;
  /** Pods of Traefik. */
  readonly traefikReplicas: number;
  readonly podSecurity: PodSecurity;
  /**
   * Name of a RuntimeClass that is there, for the pods that open files of strangers; Kubernetes 1.36 or later. Default:
   * the nodes' own runtime.
   */
  readonly runtimeClass?: string | undefined;
  /** Limits of Speckle's namespace as a ResourceQuota's `hard`, each in the place of the planned one. */
  readonly quota?: Record<string, string> | undefined;
  readonly priorityClasses: "create" | "existing";
  /** Who makes Traefik, which a cluster has once; default: this environment. */
  readonly clusterServices?: ServiceOwner | undefined;
  readonly ifcImport: boolean;
  readonly telemetry: boolean;
  /** How large uploads may be, from Speckle's server to Traefik's disk. Default: the chart's own limits. */
  readonly uploads?: UploadLimits | undefined;
  /** How far pods may reach into the public internet. */
  readonly outbound: Outbound;
  /** Source ranges that may use the environment; everyone when empty. */
  readonly allowFrom: readonly string[];
  /** Proxies in front that are believed about a client's address, and through which alone one gets in; none when absent. */
  readonly trustedProxies?: TrustedProxies | undefined;
  /** Who may make an account. */
  readonly registration: Registration;
  /**
   * Mail address of the first administrator, whose account the program makes, as the identity provider knows it where
   * there is one. Default: the first account is the administrator's.
   */
  readonly administrator?: string | undefined;
  /** Ports beside http and https; none when absent. */
  readonly extraPorts?: readonly ExtraPort[] | undefined;
  /** Sign-in page in front of every page; what connectors call stays open to Speckle's own tokens. */
  readonly gate?: Gate | undefined;
  /** Who collects metrics and has the alarms; nobody when absent. */
  readonly monitoring?: MonitoringChoice | undefined;
  readonly certificate: CertificateArgs;
  /** The zone that the program itself keeps the names in, at the cluster's cloud; made by hand when absent. */
  readonly zone?: Zone | undefined;
  readonly email?: EmailArgs | undefined;
  readonly emailPassword?: Input<string> | undefined;
  /** How people sign in. */
  readonly signIn: SignInArgs;
  /** Client secrets of the identity providers in use. */
  readonly signInSecrets?: SignInSecrets | undefined;
  /** PEM text of further certificate authorities that server, objects, webhooks and imports trust. */
  readonly authorities?: Input<string> | undefined;
  /** How often each generated secret has been rotated. */
  readonly rotate: Rotations;
  readonly extraValues: Record<string, unknown>;
}
