/** What a browser is called, short enough for a list of sessions, from the line it sends of itself. Pure. */

/** The first that fits: most browsers also name the ones they descend from. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* .*Safari\//, 'Safari'],
  [/^curl\/(\d+)/, 'curl'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
];

/** `Firefox 128 · Windows`; empty when the line names none that is known: nothing a stranger wrote is kept as it came. */
export function browserName(userAgent: string): string {
  const line = userAgent.slice(0, 400);
  const system = SYSTEMS.find(([sign]) => sign.test(line))?.[1];
  for (const [sign, name] of BROWSERS) {
    const found = sign.exec(line);
    if (found) return [`${name} ${found[1]!.slice(0, 4)}`, system].filter((part) => part !== undefined).join(' · ');
  }
  return system ?? '';
}
