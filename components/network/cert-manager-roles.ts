import { acmeServers } from "../edge/certificate-objects.ts";
import { traefikPorts } from "../edge/traefik-ports.ts";
import {
  certManagerPorts,
  dnsPort,
  kubernetesApiPorts,
  type NetworkArgs,
  type Peer,
  type Peers,
  podIdentityPort,
} from "./peers.ts";
import { type Port, tcp, udp } from "./ports.ts";
import type { Role } from "./role.ts";

const authorities = Object.values(acmeServers).map((server) => new URL(server).host);

/** What is asked beside the authority, by the way the names are proved. */
const challengeHosts = {
  http01: ["the environment's own names"],
  dns01: ["the API of the name service: api.digitalocean.com, or route53.amazonaws.com"],
};

/** What cert-manager's programs may reach, and who may reach them. */
export function certManagerRoles({ challenge, podIdentity }: NetworkArgs, peers: Peers): Role[] {
  const { anywhere, internet, kubernetesApi, podIdentityAgent, traefik } = peers;
  const { certManager, certManagerWebhook, certManagerInjector, certManagerCheck } = peers;
  const asks = (name: string, to: Peer, ports: Port[], why: string, hosts?: string): Role => ({
    name: `cert-manager-${name}`,
    from: [certManager],
    to: [to],
    ports,
    why,
    ...(hosts && { hosts }),
  });
  const authority = asks(
    "authority",
    internet,
    tcp(80, 443),
    "The authority, and a look at one's own challenge",
    [...authorities, ...(challenge ? challengeHosts[challenge] : [])].join(", "),
  );
  return [
    {
      name: "cert-manager-admission",
      from: [anywhere],
      to: [certManagerWebhook],
      ports: tcp(certManagerPorts.webhook),
      why: "The API server asks about every change of a Certificate, from addresses that differ between clouds",
    },
    {
      name: "cert-manager-api",
      from: [certManager, certManagerWebhook, certManagerInjector, certManagerCheck],
      to: [kubernetesApi],
      ports: tcp(...kubernetesApiPorts),
      why: "Certificates are watched, and written into Secrets",
    },
    ...(challenge ? [authority] : []),
    ...(challenge === "http01"
      ? [
          asks(
            "own-challenge",
            traefik,
            tcp(traefikPorts.web, traefikPorts.websecure),
            "The look at one's own challenge, where the cluster leads it straight to Traefik",
          ),
        ]
      : []),
    ...(challenge === "dns01"
      ? [
          asks(
            "records",
            internet,
            [...udp(dnsPort), ...tcp(dnsPort)],
            "The zone's own servers are asked for the proof",
            "the name servers of the environment's zone",
          ),
        ]
      : []),
    ...(podIdentity
      ? [
          asks(
            "identity",
            podIdentityAgent,
            tcp(podIdentityPort),
            "Rights at the name service come from the agent on the pod's own node",
          ),
        ]
      : []),
  ];
}
