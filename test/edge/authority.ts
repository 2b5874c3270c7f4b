import { writeFileSync } from "node:fs";
import { request as tlsRequest } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { makeCertificate } from "../support/certificate.ts";
import { eventually } from "../support/control-plane.ts";
import { type Stage, web, websecure } from "./stage.ts";

/** An ACME authority on this machine. */
export interface Authority {
  /** Address of its directory. */
  readonly directory: string;
  /** PEM text of the certificate it answers with. */
  readonly serves: string;
  /** PEM text of the certificate that its own are signed under. */
  root(): Promise<string>;
}

/** What an authority is started with. */
export interface AuthorityArgs {
  readonly name: string;
  /** Loopback address it listens on. */
  readonly address: string;
  /** The name service it asks, with its port. */
  readonly nameServer: string;
  /** Life of its certificates in seconds. */
  readonly validity: number;
}

const [directoryPort, managementPort] = [14000, 15000];

/** Starts Pebble, Let's Encrypt's own authority for tests; it looks at challenges at Traefik's ports. */
export async function startAuthority(stage: Stage, args: AuthorityArgs): Promise<Authority> {
  const { name, address, nameServer, validity } = args;
  const { certificate } = makeCertificate(stage.folder, name, [address]);
  const file = (suffix: string) => join(stage.folder, `${name}.${suffix}`);
  const pebble = {
    listenAddress: `${address}:${directoryPort}`,
    managementListenAddress: `${address}:${managementPort}`,
    certificate: file("crt"),
    privateKey: file("key"),
    httpPort: web,
    tlsPort: websecure,
    profiles: { default: { description: "short", validityPeriod: validity } },
  };
  writeFileSync(file("json"), JSON.stringify({ pebble }));
  // Names are proved anew at every renewal, as they are after a month.
  const env = { PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "0" };
  stage.start(name, stage.programs.pebble, ["-config", file("json"), "-dnsserver", nameServer], env);
  const root = () => fetchText(`https://${address}:${managementPort}/roots/0`, certificate);
  await eventually(() => root().catch(() => undefined));
  return { directory: `https://${address}:${directoryPort}/dir`, serves: certificate, root };
}

function fetchText(address: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = tlsRequest(address, { ca }, (incoming) => text(incoming).then(resolve, reject));
    outgoing.on("error", reject).end();
  });
}
