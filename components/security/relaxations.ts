import type { ClusterChoice, SpeckleEnvironmentArgs } from "../environment-args.ts";
import { providersOf } from "../speckle/sign-in.ts";

/** Settings that security follows from: an environment's, before or after its cluster knows how it is made. */
export type Posture = Omit<SpeckleEnvironmentArgs, "cluster"> & { readonly cluster: ClusterChoice };

/** What a setting opens that is shut without it. */
export interface Relaxation {
  /** As the stack's file says it. */
  readonly setting: string;
  readonly opens: string;
  readonly isSet: (args: Posture) => boolean;
}

/** Every setting that opens something, nearest to the outside first. */
export const relaxations: readonly Relaxation[] = [
  {
    setting: "no `allowFrom`",
    opens: "everybody who reaches the cluster sees the sign-in page",
    isSet: ({ allowFrom, cluster }) => allowFrom.length === 0 && cluster.type !== "kind",
  },
  {
    setting: "`trustedProxies`",
    opens: "these proxies say whose address a request comes from",
    isSet: ({ trustedProxies }) => trustedProxies !== undefined,
  },
  {
    setting: "`registration: open`",
    opens: "whoever may come in makes an account",
    isSet: ({ registration }) => registration === "open",
  },
  {
    setting: "no `cluster.apiAllowFrom`",
    opens: "the Kubernetes API answers, and refuses, everybody on the internet",
    isSet: ({ cluster }) => "apiAllowFrom" in cluster && (cluster.apiAllowFrom ?? []).length === 0,
  },
  {
    setting: "`podSecurity: baseline`",
    opens: "the exceptions run without a security context",
    isSet: ({ podSecurity }) => podSecurity === "baseline",
  },
  {
    setting: "no `runtimeClass`",
    opens: "files of strangers are opened on the nodes' own kernel",
    isSet: ({ runtimeClass }) => runtimeClass === undefined,
  },
  {
    setting: "`outbound: required`",
    opens: "webhooks reach every public address, as their users want",
    isSet: ({ outbound }) => outbound !== "none",
  },
  {
    setting: "`outbound: all`",
    opens: "server and objects reach every public address too, by HTTPS",
    isSet: ({ outbound }) => outbound === "all",
  },
  {
    setting: "`telemetry`",
    opens: "server and objects send figures of use to Speckle's makers",
    isSet: ({ telemetry }) => telemetry,
  },
  {
    setting: "`email` without `email.ranges`",
    opens: "server and objects reach every public address on the mail server's port",
    isSet: ({ email }) => email !== undefined && email.ranges === undefined,
  },
  {
    setting: "an identity provider without `signIn.ranges`",
    opens: "server and objects reach every public address by HTTPS",
    isSet: ({ signIn }) => providersOf(signIn).length > 0 && signIn.ranges === undefined,
  },
  {
    setting: "a store with `mode: existing` without `ranges`",
    opens: "its clients reach every address outside the cluster on its port, where its host is no address",
    isSet: ({ postgres, cache, objectStore }) =>
      [postgres, cache, objectStore].some((store) => store.mode === "existing" && store.ranges === undefined),
  },
  {
    setting: "`postgres.tls` other than `verified`",
    opens: "nobody checks whose database it is, or who reads along",
    isSet: ({ postgres }) => postgres.mode === "existing" && postgres.tls !== "verified",
  },
  {
    setting: "`certificateAuthorities`",
    opens: "what these sign is believed to be a store, a mail server or an identity provider",
    isSet: ({ authorities }) => authorities !== undefined,
  },
  {
    setting: "`extraValues`",
    opens: "whatever the chart makes of them: nothing here is proved of it",
    isSet: ({ extraValues }) => Object.keys(extraValues).length > 0,
  },
];

/** What an environment's settings open, a sentence each. */
export function opened(args: Posture): string[] {
  return relaxations.filter(({ isSet }) => isSet(args)).map(({ setting, opens }) => `${setting}: ${opens}`);
}
