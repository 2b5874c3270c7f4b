import { providersOf, type SignInArgs } from "../speckle/sign-in.ts";
import type { Registration } from "./registration.ts";

/** What the way to the first administrator follows from. */
export interface AdministratorArgs {
  readonly cluster: { readonly type: string };
  readonly allowFrom: readonly string[];
  readonly registration: Registration;
  readonly administrator?: string | undefined;
  readonly signIn: SignInArgs;
}

/** How the first administrator comes in, in words for this environment. */
export function firstAdministrator(args: AdministratorArgs, url: string): string {
  const { cluster, allowFrom, registration, administrator } = args;
  if (administrator !== undefined) return named(administrator, args, url);
  const from = allowFrom.length > 0 ? ` from ${allowFrom.join(" or ")}` : "";
  const register = `The first account to register becomes the administrator: open ${url}/authn/register and register${from}`;
  if (registration === "invited") {
    return `The first account to register becomes the administrator: open what \`pulumi stack output registrationLink --show-secrets\` prints${from && `,${from},`} and register. Nobody else can make an account at ${url} without an administrator's invitation.`;
  }
  if (cluster.type === "kind") return `${register}. Only this machine can reach the address.`;
  if (registration === "first") {
    return `${register}; nobody else can reach the address. Then set registration to ${providersOf(args.signIn).length > 0 ? "open" : "invited"}, and remove allowFrom to open the environment.`;
  }
  if (from) return `${register}; nobody else can reach the address.`;
  return `${register} before you tell anyone the address: everyone can reach it. To be safe set administrator to your own mail address before the first deployment.`;
}

function named(administrator: string, { signIn }: AdministratorArgs, url: string): string {
  const ways = [
    ...(providersOf(signIn).length > 0 ? ["with your identity provider"] : []),
    ...(signIn.local
      ? [
          "with the password that `pulumi stack output administratorPassword --show-secrets` prints, and change it",
        ]
      : []),
  ];
  return `${administrator} is the administrator from the start: sign in at ${url}/authn/login ${ways.join(", or ")}.`;
}
