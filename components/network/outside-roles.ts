import { kubernetesApiPorts, type NetworkArgs, type Peers } from "./peers.ts";
import { tcp } from "./ports.ts";
import type { Role } from "./role.ts";

/** Everything that leaves the cluster, but for stores. */
export function outsideRoles(args: NetworkArgs, peers: Peers): Role[] {
  const { speckle, traefik, gate, internet, mail, identityProviders, kubernetesApi } = peers;
  const servers = [speckle.server, speckle.objects];
  return [
    {
      name: "traefik-api",
      from: [traefik],
      to: [kubernetesApi],
      ports: tcp(...kubernetesApiPorts),
      why: "Traefik watches its routes and the endpoints behind them",
    },
    {
      name: "webhooks",
      from: [speckle.webhook_service],
      to: [internet],
      ports: tcp(80, 443),
      why: "Webhooks go to addresses that users choose: public ones alone, never the cluster or the metadata service",
      hosts: "those of the webhooks that users enter",
    },
    ...(args.email
      ? [
          {
            name: "mail",
            from: servers,
            to: [mail],
            ports: tcp(args.email.port),
            why: "Invitations and passwords by mail; the server tries the mail server when it starts",
            hosts: "the mail server of `email.host`",
          },
        ]
      : []),
    ...(args.signIn
      ? [
          {
            name: "sign-in",
            from: servers,
            to: [identityProviders],
            ports: tcp(...args.signIn.ports),
            why: "Sign-in with identity providers, which the server looks up when it starts",
            hosts: args.signIn.hosts.join(", "),
          },
        ]
      : []),
    ...(args.gate
      ? [
          {
            name: "sign-in-proxy-outbound",
            from: [gate],
            to: [internet],
            ports: tcp(443),
            why: "The proxy asks the identity provider who somebody is",
            hosts: "the identity provider the proxy is told",
          },
        ]
      : []),
    ...(args.telemetry
      ? [
          {
            name: "telemetry",
            from: servers,
            to: [internet],
            ports: tcp(443),
            why: "Figures of use for Speckle's makers, and a first project for whoever makes an account",
            hosts: "analytics.speckle.systems, latest.speckle.systems",
          },
        ]
      : []),
    ...(args.outbound === "all"
      ? [
          {
            name: "server-outbound",
            from: servers,
            to: [internet],
            ports: tcp(443),
            why: "Whatever else the server may call: onboarding projects, integrations",
            hosts: "latest.speckle.systems, and whatever `extraValues` switches on",
          },
        ]
      : []),
  ];
}
