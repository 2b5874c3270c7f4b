import { KubernetesClient } from "../kubernetes/client.ts";
import { runReconcilers } from "./reconciler.ts";
import { reconcilers } from "./work.ts";

// The background process of one rehearsal: its one argument is the kubeconfig, its log is standard error.
const client = KubernetesClient.fromFile(process.argv[2] ?? "");
const untilEnded = new AbortController().signal;
await runReconcilers(client, reconcilers, untilEnded, (line) =>
  process.stderr.write(`${new Date().toISOString()} ${line}\n`),
);
