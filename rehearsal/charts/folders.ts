/** Folders with chart archives, first to last: the one named, then that of SPECKLE_STACKS_CHARTS unless it is empty. */
export function chartFolders(named?: string): string[] {
  return [named, process.env.SPECKLE_STACKS_CHARTS || undefined].filter((folder) => folder !== undefined);
}
