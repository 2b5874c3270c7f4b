import type { Review } from "../review.ts";
export function html(_reviews: readonly Review[], _against: string): string {
  return "";
}
