import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { KubernetesClient } from "../../kubernetes/client.ts";
import { withoutExec } from "../cloud/kubeconfig.ts";
import { hasUnknown, reveal } from "../marshal.ts";
import type { Properties, ProviderPlugin, Resource } from "../plugin.ts";
import { objects } from "./objects.ts";
import { releases, releaseType } from "./release.ts";

/** What the stand-in needs. */
export interface KubernetesOptions {
  /** Path of the Helm 3 program. */
  readonly helm: string;
  /** Says why something waits, while it does. */
  readonly report: (line: string) => void;
  /**
   * Text of the rehearsal's own kubeconfig: one that asks a cloud's program for a token gets these credentials instead,
   * and one that leads elsewhere is refused. Every kubeconfig is used as it is when absent.
   */
  readonly credentials?: () => string;
}

/** The Kubernetes provider's stand-in: objects of any kind on a real API server, releases by real Helm. */
export function kubernetesProvider({ helm, report, credentials }: KubernetesOptions): ProviderPlugin {
  const cancelled = new AbortController();
  const connection = new Connection();
  const common = { client: () => connection.client, report, signal: cancelled.signal };
  const anyObject = objects({ ...common, mutable: (kind) => connection.mutable.has(kind) });
  const release = releases({ ...common, helm, kubeconfig: () => connection.kubeconfig });
  const of = ({ type }: Resource) => (type === releaseType ? release : anyObject);
  return {
    configure: async (config) => connection.configure(withCredentials(config, credentials)),
    replacingSettings,
    cancel: () => cancelled.abort(),
    check: (resource, ...rest) => of(resource).check(resource, ...rest),
    diff: (resource, ...rest) => of(resource).diff(resource, ...rest),
    create: (resource, ...rest) => of(resource).create(resource, ...rest),
    read: (resource, ...rest) => of(resource).read(resource, ...rest),
    update: (resource, ...rest) => of(resource).update(resource, ...rest),
    delete: (resource, ...rest) => of(resource).delete(resource, ...rest),
  };
}

function withCredentials(config: Properties, credentials: (() => string) | undefined): Properties {
  if (!credentials || config.kubeconfig === undefined || hasUnknown(config.kubeconfig)) return config;
  return { ...config, kubeconfig: withoutExec(String(reveal(config.kubeconfig)), credentials()) };
}

/** One cluster per program: calls do not say which provider instance they mean, so a second one would be confused with it. */
class Connection {
  client: KubernetesClient | undefined;
  kubeconfig: string | undefined;
  /** Kinds whose data is updated in place. */
  readonly mutable = new Set<string>();

  configure(config: Properties): void {
    if (isTrue(config.enableSecretMutable)) this.mutable.add("Secret");
    if (isTrue(config.enableConfigMapMutable)) this.mutable.add("ConfigMap");
    if (hasUnknown(config.kubeconfig) || config.kubeconfig === undefined) return;
    const kubeconfig = String(reveal(config.kubeconfig));
    const next = new KubernetesClient(kubeconfig);
    if (this.client && this.client.server !== next.server) {
      throw new Error(
        `a rehearsal has one cluster, but the program has providers for ${this.client.server} and ${next.server}`,
      );
    }
    this.client = next;
    this.kubeconfig = kubeconfig;
  }
}

/**
 * The genuine provider's rules: what is not known yet counts as another cluster; then the identifier decides where both
 * have one, else address and authority. So a cluster that is replaced has its objects deleted while it is still there.
 */
function replacingSettings(olds: Properties, news: Properties): string[] {
  const unknown = ["kubeconfig", "context", "cluster"].filter((key) => hasUnknown(news[key]));
  if (unknown.length > 0) return unknown;
  const [before, after] = [olds, news].map(({ clusterIdentifier }) => reveal(clusterIdentifier));
  if (before !== undefined && after !== undefined) return before === after ? [] : ["clusterIdentifier"];
  return isDeepStrictEqual(clustersOf(olds), clustersOf(news)) ? [] : ["kubeconfig"];
}

function clustersOf({ kubeconfig }: Properties): unknown {
  const text = reveal(kubeconfig);
  return typeof text === "string"
    ? parse(text)?.clusters?.map(({ cluster }: { cluster: object }) => cluster)
    : undefined;
}

/** Settings of a provider reach it as text. */
function isTrue(setting: unknown): boolean {
  return reveal(setting) === true || reveal(setting) === "true";
}
