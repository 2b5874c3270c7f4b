/** The lines of a table; a cell may hold the sign between cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
}

/** Text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}
