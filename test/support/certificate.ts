import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

/** The first setting of dev and a certificate for it, made in a folder, whose key nobody here may decrypt. */
export function givenCertificate(folder: string): string {
  makeCertificate(folder, "given", ["speckle.localhost", "s3.speckle.localhost"]);
  return `preset: dev
  speckle-stacks:certificate: { mode: given, certificate: "${join(folder, "given.crt")}" }
  speckle-stacks:certificateKey: { secure: v1:abc }`;
}

/** A self-signed certificate for hosts or addresses, made with OpenSSL in a folder. */
export function makeCertificate(folder: string, name: string, hosts: readonly string[]) {
  const paths = { key: join(folder, `${name}.key`), certificate: join(folder, `${name}.crt`) };
  const names = hosts.map((host) => `${isIP(host) ? "IP" : "DNS"}:${host}`).join(",");
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const about = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=${names}`, "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", ...curve, "-keyout", paths.key, "-out", paths.certificate, ...about],
    {
      stdio: "ignore",
    },
  );
  return { key: readFileSync(paths.key, "utf8"), certificate: readFileSync(paths.certificate, "utf8") };
}
