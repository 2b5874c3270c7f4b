import { podChange } from "./admission.ts";

const command = "object.spec.containers[0].?lifecycle.?preStop.?exec.?command.orValue([])";

/**
 * Lets the kubelet do the `sleep` with which Speckle's pods go on answering until nothing leads to them any more, as the
 * API server takes them in: the chart runs a program for it (`preStop`), and the images of server and frontend have none.
 * The seconds are the chart's own; a chart that brings another `preStop` is left alone. Kubernetes 1.36 or later.
 */
export function preStop(namespace: string) {
  const conditions = [
    {
      name: "speckle",
      expression: 'object.metadata.?labels["project"].orValue("") == "speckle-server"',
    },
    {
      name: "runs-sleep",
      expression: `${command}.size() == 2 && ${command}[0] == "sleep" && ${command}[1].matches("^[0-9]+$")`,
    },
  ];
  const type = "Object.spec.containers.lifecycle.preStop";
  const sleep = `${type}{sleep: ${type}.sleep{seconds: int(${command}[1])}}`;
  return podChange(
    `${namespace}-pre-stop`,
    namespace,
    conditions,
    `[JSONPatch{op: "replace", path: "/spec/containers/0/lifecycle/preStop", value: ${sleep}}]`,
  );
}
