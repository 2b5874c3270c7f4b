/** gRPC's codes for a connection that the other side has closed. */
const closedCodes: readonly unknown[] = [1, 14];

/**
 * Whether an error only says that the engine has hung up. It does so on a program that it refuses: what the program
 * was still saying then fails, and tells nothing new.
 */
export function isHangUp(reason: unknown): boolean {
  return closedCodes.includes((reason as { code?: unknown } | undefined)?.code);
}
