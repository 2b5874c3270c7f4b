import type { Registration } from "./registration.ts";

/** What the way to the first administrator follows from. */
export interface AdministratorArgs {
  readonly cluster: { readonly type: string };
  readonly allowFrom: readonly string[];
  readonly registration: Registration;
}

/** How to make the first administrator, in words for this environment. */
export function firstAdministrator(
  { cluster, allowFrom, registration }: AdministratorArgs,
  url: string,
): string {
  const from = allowFrom.length > 0 ? ` from ${allowFrom.join(" or ")}` : "";
  const register = `The first account to register becomes the administrator: open ${url}/authn/register and register${from}`;
  if (registration === "invited") {
    return `The first account to register becomes the administrator: open what \`pulumi stack output registrationLink --show-secrets\` prints${from && `,${from},`} and register. Nobody else can make an account at ${url} without an administrator's invitation.`;
  }
  if (cluster.type === "kind") return `${register}. Only this machine can reach the address.`;
  if (registration === "first") {
    return `${register}; nobody else can reach the address. Then set registration to invited, and remove allowFrom to open the environment.`;
  }
  if (from) return `${register}; nobody else can reach the address.`;
  return `${register} before you tell anyone the address: everyone can reach it. To be safe set registration to first and allowFrom to your own address, deploy, register, and change them back.`;
}
