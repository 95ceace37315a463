/** A line that is longer is cut. */
const LINE_MAX = 2000;

/** The lines of a log, cut to what can be read. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line).replace(/\r$/, ''));
}

/** The lines that fit, each with so many around it; `--` stands where lines were left out. */
export function around(lines: readonly string[], fits: (line: string) => boolean, context: number): string[] {
  const kept: string[] = [];
  let end = 0;
  lines.forEach((line, index) => {
    if (!fits(line)) return;
    const start = Math.max(end, index - context);
    if (context > 0 && start > end && kept.length > 0) kept.push('--');
    const stop = Math.min(lines.length, index + context + 1);
    kept.push(...lines.slice(start, stop));
    end = Math.max(end, stop);
  });
  return kept;
}

/** Lines that follow each other and are the same, once. */
export function folded(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let repeats = 0;
  const flush = () => {
    if (repeats > 0) kept.push(`(the same line ${repeats === 1 ? 'once' : `${repeats} times`} more)`);
    repeats = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (index > 0 && line === lines[index - 1] && line !== '') repeats++;
    else {
      flush();
      kept.push(line);
    }
  }
  flush();
  return kept;
}
