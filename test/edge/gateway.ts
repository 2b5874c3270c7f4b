import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { accountsFile, objectStoreValues } from "../../components/data/object-store-values.ts";
import type { Stage } from "./stage.ts";

/** An account of the store. */
export interface Account {
  readonly id: string;
  readonly key: string;
}

/** Starts the store's own program at the stage's spare address, with what the chart hands it for our values. */
export function startGateway(
  { programs, folder, spare, start }: Stage,
  { origin, root, former }: { readonly origin: string; readonly root: Account; readonly former: Account },
): void {
  const { gateway, extraEnv } = objectStoreValues({ storage: "1Gi", origin, secretVersion: "1" });
  const files = join(folder, "objects");
  const sidecar = join(folder, "sidecar");
  for (const path of [files, sidecar]) mkdirSync(path);
  const further = Object.fromEntries(extraEnv.map(({ name, value = "" }) => [name, value]));
  // Metadata in files of its own: not every folder for temporary files has extended attributes.
  const backend = ["posix", "--sidecar", sidecar, files];
  // As the image's script does it.
  const { VGW_BINARY = "", VGW_ARGS = "", STORE_START = "" } = further;
  start("object-store", VGW_BINARY, [...VGW_ARGS.split(" "), ...backend], {
    PATH: [dirname(programs.versitygw), process.env.PATH].join(delimiter),
    STORE_START,
    STORE_ACCOUNTS: accountsFile([former]),
    VGW_IAM_DIR: join(folder, "accounts"),
    ROOT_ACCESS_KEY_ID: root.id,
    ROOT_SECRET_ACCESS_KEY: root.key,
    VGW_PORT: `${spare}:${gateway.port}`,
    VGW_REGION: gateway.region,
    VGW_CORS_ALLOW_ORIGIN: gateway.corsAllowOrigin,
    VGW_HEALTH: "/_/health",
  });
}
