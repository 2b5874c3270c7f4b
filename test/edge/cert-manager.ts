import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { certManagerPorts } from "../../components/network/peers.ts";
import type { KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";
import { startProcess } from "./processes.ts";
import { namespace, type Stage } from "./stage.ts";

/** Starts cert-manager's controller. @param proxy through which it looks at challenges */
export function startCertManager(stage: Stage, proxy: string): ChildProcess {
  const address = stage.address.replace(/\d+$/, "40");
  return startProcess(
    stage.programs["cert-manager-controller"],
    [
      `--kubeconfig=${stage.home.kubeconfig}`,
      "--leader-elect=false",
      `--metrics-listen-address=${address}:9402`,
      "--dns01-check-retry-period=1s",
      // Otherwise it waits for kinds that are not there.
      "--controllers=*,-gateway-shim",
    ],
    certManagerLog(stage),
    { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
  );
}

const certManagerLog = ({ folder }: Stage) => join(folder, "cert-manager.log");

/** What cert-manager wrote. */
export function certManagerWords(stage: Stage): string {
  return readFileSync(certManagerLog(stage), "utf8");
}

/**
 * What runs in cert-manager's pods that answer challenges, as processes of this machine: pods are simulated, so each
 * gets a server that answers for its arguments, and its Service leads there.
 */
export function runSolvers(stage: Stage) {
  const seen: KubernetesObject[] = [];
  const servers: Server[] = [];
  const stop = new AbortController();
  const work = async () => {
    for await (const { type, object } of stage.client.watch("v1", "Pod", {
      namespace,
      signal: stop.signal,
    })) {
      if (type !== "ADDED" || seen.some(({ metadata }) => metadata.uid === object.metadata.uid)) continue;
      seen.push(object);
      const address = stage.address.replace(/\d+$/, String(100 + seen.length));
      servers.push(solver(object, address));
      await lead(stage, object, address);
    }
  };
  const done = work().catch((error) => stop.signal.aborted || Promise.reject(error));
  return {
    /** Every pod there ever was. */
    pods: seen as readonly KubernetesObject[],
    close: async () => {
      stop.abort();
      for (const server of servers) server.close();
      await done;
    },
  };
}

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

/** The Service whose selector takes the pod. */
async function lead(stage: Stage, pod: KubernetesObject, address: string): Promise<void> {
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  for (;;) {
    const services = await stage.client.list("v1", "Service", { namespace });
    const own = services.find(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner);
    if (!own) continue;
    const { name } = own.metadata;
    const spec = { type: "ExternalName", externalName: address, selector: null, clusterIP: "" };
    await stage.client.merge({ apiVersion: "v1", kind: "Service", namespace, name }, { spec });
    return;
  }
}
