import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { startControlPlane, stopControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { applyNodes } from "../../rehearsal/control-plane/nodes.ts";
import { applyStandardStorageClass } from "../../rehearsal/control-plane/storage.ts";
import { homeOf } from "../../rehearsal/home.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { temporaryFolder } from "./temporary.ts";

/** A control plane with one node, its agent and a folder of its own, for the tests of one `describe`. */
export function ownControlPlane() {
  const folder = temporaryFolder("control-plane");
  const home = homeOf("dev", folder);
  let client: KubernetesClient | undefined;
  before(async () => {
    const programs = await binaries(() => {});
    await startControlPlane(home, { binaries: programs, cache: cacheDirectory(), report: () => {} });
    client = KubernetesClient.fromFile(home.kubeconfig);
    await applyStandardStorageClass(client);
    await applyNodes(client, [{ name: "node-1", labels: {}, taints: [], cpu: "4", memory: "8Gi" }]);
  });
  after(async () => {
    client?.close();
    await stopControlPlane(home);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    home,
    client(): KubernetesClient {
      if (!client) throw new Error("only within a test");
      return client;
    },
  };
}

/** Waits until a probe gives something other than undefined or false. @throws Error after the seconds given */
export async function eventually<T>(probe: () => Promise<T | undefined | false>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`did not come within ${seconds} s: ${probe}`);
    await pause(100);
  }
}
