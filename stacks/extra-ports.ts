import { fixedNodePorts } from "../components/cluster/cloud.ts";
import { containerPort, type ExtraPort, traefikPorts } from "../components/edge/traefik-ports.ts";
import { receiverPort } from "../components/entry/machine.ts";
import type { Problem } from "../components/problem.ts";
import type { StackFile } from "./schema.ts";

/** The extra ports of a stack, complete. */
export function extraPortsOf({ extraPorts }: Pick<StackFile, "extraPorts">): ExtraPort[] {
  return extraPorts.map(({ servicePort, podPort, ...extra }) => {
    const port = servicePort ?? extra.port;
    return { ...extra, servicePort: port, podPort: podPort ?? port };
  });
}

/** What is wrong with a stack's extra ports. */
export function extraPortProblems(file: StackFile): Problem[] {
  const { cluster, extraPorts } = file;
  if (cluster.type === "kind" && extraPorts.length > 0) {
    const reason = "kind maps http and https to this machine when it makes a cluster, and nothing else";
    return [{ path: "extraPorts", reason, fix: "Use `kubectl port-forward` to the Service instead." }];
  }
  if (file.clusterServices === "shared" && extraPorts.length > 0) {
    const reason = "Traefik is another environment's here, and so are its ports";
    return [{ path: "extraPorts", reason, fix: "Name them in that environment, or leave them out." }];
  }
  const taken = takenPorts(file);
  return [
    ...extraPorts.flatMap(({ name, port, nodePort }, index) => [
      ...(name in traefikPorts ? [denied(`extraPorts.${index}.name`, `${name} is Traefik's own`)] : []),
      ...(taken.ports.includes(port)
        ? [denied(`extraPorts.${index}.port`, `${port} is taken by http, https or the machine in front`)]
        : []),
      ...(nodePort !== undefined && taken.nodePorts.includes(nodePort)
        ? [denied(`extraPorts.${index}.nodePort`, `${nodePort} is taken by http or https`)]
        : []),
      ...(nodePort === undefined && taken.nodePorts.length > 0 ? [withoutNodePort(index)] : []),
    ]),
    ...twice(
      "name",
      extraPorts.map(({ name }) => name),
    ),
    ...twice(
      "port in Traefik's pod (10000 higher below 1024, and where Traefik has it)",
      extraPorts.map(containerPort),
    ),
    ...twice(
      "nodePort",
      extraPorts.flatMap(({ nodePort }) => nodePort ?? []),
    ),
  ];
}

/** Ports that http, https and the machine in front have; node ports only where traffic comes in through them. */
function takenPorts({ cluster }: StackFile): { ports: readonly number[]; nodePorts: readonly number[] } {
  const exposure = "exposure" in cluster ? cluster.exposure : undefined;
  const ports = [80, 443];
  if (exposure?.type === "fixedEntry")
    return {
      ports: [...ports, receiverPort],
      nodePorts: [fixedNodePorts.httpNodePort, fixedNodePorts.httpsNodePort],
    };
  if (exposure?.type === "nodePort") return { ports, nodePorts: [exposure.http, exposure.https] };
  return { ports, nodePorts: [] };
}

function denied(path: string, reason: string): Problem {
  return { path, reason, fix: "Choose another." };
}

function withoutNodePort(index: number): Problem {
  const path = `extraPorts.${index}.nodePort`;
  const reason = "is required where traffic comes in through ports of the nodes";
  return { path, reason, fix: "Choose one from 30000 to 32767 that is free." };
}

function twice(key: string, values: readonly (string | number)[]): Problem[] {
  const doubles = [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
  if (doubles.length === 0) return [];
  return [denied("extraPorts", `two of them have the same ${key}: ${doubles.join(", ")}`)];
}
