/** How large what is sent to Speckle may be; Speckle calls both units MB. */
export interface UploadLimits {
  /** Largest file in units of 2^20 bytes: the chart's `file_size_limit_mb`. */
  readonly fileMb: number;
  /** Largest object of a model in units of 10^6 characters: the chart's `server.max_object_size_mb`. */
  readonly objectMb: number;
}

/** The chart's own limits. */
export const defaultUploads: UploadLimits = { fileMb: 100, objectMb: 100 };

/**
 * Largest batch of objects, in units of 2^20 bytes: the chart's
 * `server.max_object_upload_file_size_mb`. One object must fit in, and never less than the chart's own 100: connectors fill
 * a batch without asking, those on .NET with up to 100 million bytes (`MAX_REQUEST_SIZE` of their SDK's `ServerAPI`).
 */
export function batchMb({ objectMb }: UploadLimits): number {
  return Math.max(100, objectMb);
}

/** The larger of both, in units of 2^20 bytes: what whoever carries uploads must have room for. */
export function largestMb(uploads: UploadLimits): number {
  return Math.max(uploads.fileMb, batchMb(uploads));
}
