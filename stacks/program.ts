import { getProject, log, RunError, runtime, secret } from "@pulumi/pulumi";
import type { CertificateArgs } from "../components/edge/certificate.ts";
import { SpeckleEnvironment } from "../components/environment.ts";
import { describeProblems, ProblemsError } from "../components/problem.ts";
import { withCloud } from "./clouds.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { readText } from "./text.ts";
import { settingsWarnings } from "./warnings.ts";

/** Builds the environment that the stack's settings describe; its result is the stack's outputs. */
export async function program() {
  const settings = stackSettings();
  const { emailPassword, signInSecrets = {}, certificate } = settings;
  const warnings = settingsWarnings(settings, new Date());
  if (warnings.length > 0) await log.warn(describeProblems(warnings));
  const environment = new SpeckleEnvironment("speckle", {
    ...settings,
    cluster: await withCloud(settings.cluster),
    ...(emailPassword !== undefined && { emailPassword: secret(emailPassword) }),
    signInSecrets: Object.fromEntries(
      Object.entries(signInSecrets).map(([provider, text]) => [provider, secret(text)]),
    ),
    certificate: secretCertificate(certificate),
  });
  const { url, names, namespace, versions, kubeconfig } = environment;
  const { firstAdministrator, registrationLink, administratorPassword } = environment;
  return {
    url,
    names,
    namespace,
    versions,
    kubeconfig,
    firstAdministrator,
    // The engine warns of an output without a value.
    ...(registrationLink && { registrationLink }),
    ...(administratorPassword && { administratorPassword }),
  };
}

function secretCertificate(certificate: CertificateArgs): CertificateArgs {
  if (certificate.mode === "given") return { ...certificate, privateKey: secret(certificate.privateKey) };
  const { dnsToken } = certificate;
  return { ...certificate, ...(dnsToken !== undefined && { dnsToken: secret(dnsToken) }) };
}

function stackSettings(): Settings {
  try {
    return parseSettings(projectConfig(), readText);
  } catch (error) {
    // The engine prints the message of a RunError alone, and a stack trace for everything else.
    if (error instanceof ProblemsError) throw new RunError(error.message);
    throw error;
  }
}

function projectConfig(): Record<string, unknown> {
  const prefix = `${getProject()}:`;
  const all = Object.entries(runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(all.map(([key, value]) => [key.slice(prefix.length), value]));
}
