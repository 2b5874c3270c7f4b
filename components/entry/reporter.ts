import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Input } from "@pulumi/pulumi";
import { secretVersionAnnotation } from "../secrets/annotation.ts";
import type { SecretRef } from "../speckle/secrets.ts";
import type { ForwardedPort } from "./machine.ts";

/** Name of everything the reporter consists of. */
export const reporterName = "speckle-entry-reporter";
/** Labels of its pod. */
export const reporterLabels = { app: reporterName };
/** The secret that reports are signed with, in the reporter's namespace. */
export const entrySecret: SecretRef = { name: "speckle-entry", key: "secret" };

/** Python's own image, whose standard library is all that the reporter needs. */
export const reporterImage =
  "docker.io/library/python:3.13.11-alpine3.23@sha256:2f607129b1b915a949320bf0c4831a73d1c1b1be663c2b1d8c93aa35a5f44a95";

/** What its pod takes. */
export const reporterResources = {
  requests: { cpu: "10m", memory: "32Mi", "ephemeral-storage": "16Mi" },
  limits: { memory: "128Mi", "ephemeral-storage": "64Mi" },
};

/** All it may do: list nodes. */
export const reporterRules = [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }];

const program = "reporter.py";
const folder = "/speckle-entry";

/** The program that runs in the pod, as text. */
export function reporterProgram(): string {
  return readFileSync(new URL(`./${program}`, import.meta.url), "utf8");
}

/** What the reporter follows from. */
export interface ReporterArgs {
  readonly namespace: string;
  /** Where the machine takes reports. */
  readonly receiver: Input<string>;
  readonly ports: readonly ForwardedPort[];
  /** Mark of the secret: another one starts the pod anew. */
  readonly secretVersion: Input<string>;
}

/** What the reporter is started with. */
export function reporterArguments(
  receiver: string,
  secret: string,
  ports: readonly ForwardedPort[],
): string[] {
  return [`--receiver=${receiver}`, `--secret=${secret}`, `--ports=${JSON.stringify(ports)}`];
}

/** The ConfigMap with the program. */
export function reporterConfigMap(namespace: string) {
  return { metadata: { name: reporterName, namespace }, data: { [program]: reporterProgram() } };
}

/** The Deployment: one pod, and never two at once, whose reports would be in each other's way. */
export function reporterDeployment({ namespace, receiver, ports, secretVersion }: ReporterArgs) {
  return {
    metadata: { name: reporterName, namespace, labels: reporterLabels },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: reporterLabels },
      template: {
        metadata: {
          labels: reporterLabels,
          annotations: {
            [secretVersionAnnotation]: secretVersion,
            "speckle-stacks/program": createHash("sha256").update(reporterProgram()).digest("hex"),
          },
        },
        spec: {
          serviceAccountName: reporterName,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          // It has nothing to finish, and does not wait for signals.
          terminationGracePeriodSeconds: 1,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            fsGroup: 65534,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "reporter",
              image: reporterImage,
              command: [
                "python3",
                `${folder}/program/${program}`,
                ...reporterArguments("$(RECEIVER)", `${folder}/secret/${entrySecret.key}`, ports),
              ],
              env: [{ name: "RECEIVER", value: receiver }],
              resources: reporterResources,
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [
                { name: "program", mountPath: `${folder}/program`, readOnly: true },
                { name: "secret", mountPath: `${folder}/secret`, readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "program", configMap: { name: reporterName } },
            { name: "secret", secret: { secretName: entrySecret.name, defaultMode: 0o440 } },
          ],
        },
      },
    },
  };
}
