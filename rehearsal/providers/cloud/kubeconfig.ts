import { parse, stringify } from "yaml";

/** What a kubeconfig's current context says. */
export interface Access {
  readonly server: string;
  /** The authority's certificate, base64. */
  readonly authority: string;
  /** Name of the context. */
  readonly context: string;
  readonly user: Record<string, unknown>;
}

/** The access a kubeconfig's current context gives. @throws Error when it names no cluster */
export function accessOf(kubeconfig: string): Access {
  const config = parse(kubeconfig);
  const named = (list: { name: string }[] | undefined, name: string): any =>
    list?.find((entry) => entry.name === name);
  const context = config["current-context"];
  const { cluster, user } = named(config.contexts, context)?.context ?? {};
  const found = named(config.clusters, cluster)?.cluster;
  if (!found?.server) throw new Error("the kubeconfig's current context names no cluster");
  return {
    server: found.server,
    authority: found["certificate-authority-data"] ?? "",
    context,
    user: named(config.users, user)?.user ?? {},
  };
}

/** A kubeconfig with one cluster and another user. */
export function kubeconfigFor({ server, authority, context }: Access, user: Record<string, unknown>): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: context, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: context, user }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    "current-context": context,
  });
}

/**
 * A kubeconfig as the rehearsal can use it: one that asks a cloud's own program for a token gets the rehearsal's
 * credentials instead; every other is left as it is, an expired one too.
 * @throws Error when it leads to another server: a rehearsal changes nothing but its own control plane
 */
export function withoutExec(given: string, rehearsal: string): string {
  const [theirs, own] = [accessOf(given), accessOf(rehearsal)];
  if (theirs.server !== own.server)
    throw new Error(
      `a rehearsal works on its own control plane alone, and this leads to ${theirs.server}: give it as \`cluster.kubeconfig\`, which a rehearsal replaces`,
    );
  if (!theirs.user.exec) return given;
  return kubeconfigFor({ ...own, context: theirs.context }, own.user);
}
