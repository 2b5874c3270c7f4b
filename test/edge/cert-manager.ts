import type { ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import { plain } from "../../components/network/choices.ts";
import { certManagerPorts, networkPeers } from "../../components/network/peers.ts";
import { ApiError, refOf } from "../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";
import { namespace, type Stage } from "./stage.ts";

/** Starts cert-manager's controller. @param proxy through which it looks at challenges */
export function startCertManager(stage: Stage, proxy: string): ChildProcess {
  const address = stage.address.replace(/\d+$/, "40");
  return stage.start(
    "cert-manager",
    stage.programs["cert-manager-controller"],
    [
      `--kubeconfig=${stage.home.kubeconfig}`,
      "--leader-elect=false",
      `--metrics-listen-address=${address}:9402`,
      "--dns01-check-retry-period=1s",
      // Otherwise it waits for kinds that are not there.
      "--controllers=*,-gateway-shim",
    ],
    { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
  );
}

/**
 * What runs in cert-manager's pods that answer challenges, as servers of this process: pods are simulated, so each
 * challenge gets one that answers for its pods' arguments, and its Services lead there.
 * @returns every pod there ever was, as they come
 */
export function runSolvers(stage: Stage): readonly KubernetesObject[] {
  const pods: KubernetesObject[] = [];
  const servers: Server[] = [];
  const addresses = new Map<string, string>();
  const stop = new AbortController();
  /** Of a challenge, which its pods and Services belong to; cert-manager may make either of them twice. */
  const addressFor = ({ metadata }: KubernetesObject) => {
    const challenge = metadata.ownerReferences?.[0]?.uid ?? "";
    const address = addresses.get(challenge) ?? stage.address.replace(/\d+$/, String(100 + addresses.size));
    addresses.set(challenge, address);
    return address;
  };
  const follow = async (kind: string, each: (made: KubernetesObject) => unknown) => {
    const options = { namespace, signal: stop.signal };
    for await (const { type, object } of stage.client.watch("v1", kind, options))
      if (type === "ADDED" && object.metadata.labels?.[solverLabel]) await each(object);
  };
  const podMade = (pod: KubernetesObject) => {
    const address = addressFor(pod);
    if (!pods.some((other) => addressFor(other) === address)) servers.push(solver(pod, address));
    pods.push(pod);
  };
  const work = [
    follow("Pod", podMade),
    follow("Service", (service) => lead(stage, service, addressFor(service))),
  ];
  stage.ended.push(async () => {
    stop.abort();
    for (const server of servers) server.close();
    await Promise.all(work);
  });
  return pods;
}

const [solverLabel = ""] = Object.keys(networkPeers(plain).challengeSolver.labels);

function solver({ spec }: KubernetesObject, address: string): Server {
  const argument = (name: string) =>
    spec.containers[0].args.find((one: string) => one.startsWith(`--${name}=`)).slice(name.length + 3);
  const [host, token, key] = ["domain", "token", "key"].map(argument);
  const server = createServer((request, response) => {
    const asked = request.headers.host?.replace(/:\d+$/, "") === host;
    if (!asked || request.url !== `/.well-known/acme-challenge/${token}`)
      return response.writeHead(404).end();
    response.end(key);
  });
  return server.listen(certManagerPorts.challenge, address);
}

/** Makes a Service lead to an address; it may be gone again. */
async function lead({ client }: Stage, service: KubernetesObject, address: string): Promise<void> {
  const spec = { type: "ExternalName", externalName: address, selector: null, clusterIP: "" };
  await client.merge(refOf(service), { spec }).catch((error) => {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  });
}
