import { KubernetesClient } from "../kubernetes/client.ts";
import { runAutoscaling } from "./autoscaling.ts";
import { runReconcilers } from "./reconciler.ts";
import { reconcilers } from "./work.ts";

// The background process of one rehearsal: the kubeconfig and the home are its arguments, its log is standard error.
const [kubeconfig = "", root = ""] = process.argv.slice(2);
const client = KubernetesClient.fromFile(kubeconfig);
const untilEnded = new AbortController().signal;
const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
await Promise.all([
  runReconcilers(client, reconcilers, untilEnded, log),
  runAutoscaling({ root, kubeconfig }, client, untilEnded, log),
]);
