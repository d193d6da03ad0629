/** Writes a line. */
export function log(text: string): void {
  console.log(text);
}
export const warn = (text: string) => log(text);
