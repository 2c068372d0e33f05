/** What commands say on a terminal: how far they are, and what went wrong. */

/** One line that is drawn over and over, on a terminal only. */
export function progressLine(words: Record<string, string>): (step: string, share: number) => void {
  let shown = '';
  return (step, share) => {
    if (!process.stderr.isTTY) return;
    const line = `${words[step] ?? step} ${Math.floor(share * 100)} %`;
    if (line === shown) return;
    shown = line;
    process.stderr.write(`\r${line.padEnd(40)}${share >= 1 ? '\r' : ''}`);
  };
}

/** How a person is told: a Problem in its own words, anything else by its message. */
export function say(error: unknown): void {
  const info = (error as { info?: { code: string; message: string; where?: string; todo?: string } }).info;
  if (info === undefined) return console.error((error as Error).message);
  console.error(`${info.code}: ${info.message}${info.where ? ` (${info.where})` : ''}${info.todo ? `\n${info.todo}` : ''}`);
}
