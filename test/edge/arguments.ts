import { isPlainObject, type PlainObject } from "../../components/merge.ts";

/** The arguments with which the Traefik chart starts Traefik for these values; a test compares them with the chart. */
export function traefikArguments(values: PlainObject): string[] {
  const { ports, core, api } = values as { ports: Record<string, PlainObject>; core: object; api: object };
  return [
    "--global.checkNewVersion=false",
    ...Object.entries(entryPointPorts).map(([name, port]) => `--entryPoints.${name}.address=:${port}/tcp`),
    ...flags("api", api),
    "--ping=true",
    ...flags("core", core),
    "--metrics.prometheus=true",
    "--metrics.prometheus.entrypoint=metrics",
    "--providers.kubernetescrd",
    "--providers.kubernetescrd.allowEmptyServices=true",
    "--providers.kubernetesingress",
    "--providers.kubernetesingress.allowEmptyServices=true",
    "--providers.kubernetesingress.ingressendpoint.publishedservice=traefik/traefik",
    ...Object.entries(ports).flatMap(([name, { nodePort: _, ...port }]) =>
      flags(`entryPoints.${name}`, port),
    ),
    "--entryPoints.websecure.http.tls=true",
    "--log.level=INFO",
  ];
}

/** Ports of Traefik's pod. */
export const entryPointPorts = { metrics: 9100, traefik: 8080, web: 8000, websecure: 8443 };

function flags(path: string, value: unknown): string[] {
  if (isPlainObject(value))
    return Object.entries(value).flatMap(([key, child]) => flags(`${path}.${key}`, child));
  // The chart knows which port the outside sees for an entry point.
  return [`--${path}=${path.endsWith(".entryPoint.to") ? ":443" : value}`];
}
