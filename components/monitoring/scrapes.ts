import { traefikPorts } from "../edge/traefik-ports.ts";
import {
  certManagerPorts,
  type NetworkArgs,
  type Peers,
  type PodPeer,
  postgresPorts,
} from "../network/peers.ts";
import { serviceNamespaces } from "../sharing/services.ts";
import { running, workload } from "../speckle/workloads.ts";

/** Pods that serve metrics at `/metrics`. */
export interface Scrape {
  readonly pods: PodPeer;
  /** Of the container, with the name its chart gives it. */
  readonly port: { readonly name: string; readonly number: number };
}

/**
 * Everything of an environment that serves metrics, but for services that another environment made: those are that
 * one's. Sources of the ports: Speckle's chart 2.31.14, Traefik's 41.3.0, CloudNativePG 1.30 (`pkg/specs/pods.go`),
 * cert-manager's chart 1.21 (`templates/deployment.yaml`). The cache has none without an exporter.
 */
export function scrapes(args: NetworkArgs, peers: Peers): Scrape[] {
  const { speckle, traefik, postgres, certManager } = peers;
  const all: Scrape[] = [
    ...running(args).map((key) => ({ pods: speckle[key], port: workload(key).port })),
    { pods: traefik, port: { name: "metrics", number: traefikPorts.metrics } },
    ...(postgres.kind === "pods"
      ? [{ pods: postgres, port: { name: "metrics", number: postgresPorts.metrics } }]
      : []),
    ...(args.certManager
      ? [{ pods: certManager, port: { name: "http-metrics", number: certManagerPorts.metrics } }]
      : []),
  ];
  const others: readonly string[] = (args.shared ?? []).map((service) => serviceNamespaces[service]);
  return all.filter(({ pods }) => !others.includes(pods.namespace));
}

/** The name Prometheus gives what a PodMonitor finds. */
export function jobOf({ pods }: Scrape): string {
  return `${pods.namespace}/${pods.name}`;
}
