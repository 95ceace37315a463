/**
 * Numbers in one form each, so that `512 MiB` and `0.5Gi`, `90 seconds` and `1m30s` are the same. A number may be read in
 * several ways, such as `5m`; it is known where all parts of one reading are.
 */
export type Readings = readonly (readonly string[])[];

type Unit = readonly (readonly [factor: number, dimension: string])[];

const PLAIN: Unit = [[1, '']];
const UNITS = new Map<string, Unit>();
/** Units that may stand apart from their number. */
const APART = new Set<string>();

function unit(names: string, ...readings: Unit): void {
  for (const name of names.split(' ')) {
    UNITS.set(name, readings);
    if (name.length > 1 || 'shdm%'.includes(name)) APART.add(name);
  }
}

unit('x th st nd rd', ...PLAIN);
unit('% percent pct prozent percento procent', [1, '%']);
unit('ms millisecond milliseconds msec millisekunden millisecondes milisegundos ミリ秒 毫秒', [0.001, 's']);
unit('s sec secs second seconds sekunde sekunden seconde secondes segundo segundos secondi sekund 秒 초', [1, 's']);
unit('min mins minute minutes minuten minuto minutos minuti 分 分钟 分鐘 분', [60, 's']);
unit('h hr hrs hour hours stunde stunden std heure heures hora horas ore godzin 時間 小时 小時 시간', [3600, 's']);
unit('d day days tag tage tagen jour jours día días dia dias giorni dni 日 天 일', [86_400, 's']);
unit('w wk week weeks woche wochen semaine semaines semana semanas 週間 周', [604_800, 's']);
unit('month months monat monate monaten mois mes meses', [2_592_000, 's']);
unit('year years jahr jahre jahren an ans año años', [31_536_000, 's']);
unit('core cores cpu cpus vcpu vcpus kerne cœurs', [1, 'cpu'], [1, '']);
unit('millicore millicores mcpu', [0.001, 'cpu']);
unit('b byte bytes octets', [1, 'B']);
for (const [index, [letter, decimal, binary]] of [
  ['k', 'kilobyte', 'kibibyte'],
  ['m', 'megabyte', 'mebibyte'],
  ['g', 'gigabyte', 'gibibyte'],
  ['t', 'terabyte', 'tebibyte'],
  ['p', 'petabyte', 'pebibyte'],
].entries()) {
  unit(`${letter}b ${letter}o ${decimal} ${decimal}s`, [1000 ** (index + 1), 'B']);
  unit(`${letter}i ${letter}ib ${letter}io ${binary} ${binary}s`, [1024 ** (index + 1), 'B']);
  unit(`${letter}`, [1000 ** (index + 1), 'B'], [1000 ** (index + 1), '']);
}
unit('m', [0.001, 'cpu'], [60, 's'], [1e6, 'B']);
unit('hz khz mhz ghz rps qps', [1, 'per second']);

/** A number with what may stand around it: `≥3`, `$5`, `512Mi`, `80%`, `1,024`, `3rd`, `40+`. */
const NUMBER = /^[~<>=≤≥≈±+$€£¥#x×-]*(\d+(?:[.,]\d+)*)\s?([a-zµμ%°]*)\+?$/i;

/** The unit that a word behind a number stands for: `MiB`, `seconds`, `percent`; `undefined` for any other word. */
export function unitOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (APART.has(lower)) return lower;
  // Where no spaces part words, a unit begins what follows: `45秒後に`.
  if (!/^[\p{Script=Han}\p{Script=Katakana}\p{Script=Hangul}]/u.test(lower)) return undefined;
  return [lower.slice(0, 3), lower.slice(0, 2), lower.slice(0, 1)].find((start) => APART.has(start));
}

/** How a word can be read as a number; `undefined` for one that is none, such as a name with digits in it. */
export function readNumber(word: string): Readings | undefined {
  const [, above = '', below = ''] = /^(\d+)[/:](\d+)$/.exec(word) ?? [];
  if (above) return [[decimalOf(above), decimalOf(below)]];
  const [, low = '', high = '', both = ''] = /^(\d+(?:[.,]\d+)?)[-–](\d+(?:[.,]\d+)?)([a-z%]*)$/i.exec(word) ?? [];
  if (low) return zip(readQuantity(low, both), readQuantity(high, both));
  if (/^(?:\d+(?:ms|min|[dhms])){2,}$/.test(word)) return readSpan(word);
  const [, digits = '', compound = ''] = /^(\d+(?:[.,]\d+)?)-([a-z]+)$/i.exec(word) ?? [];
  if (digits) return readQuantity(digits, unitOf(compound) ?? '');
  const [, number = '', behind = ''] = NUMBER.exec(word) ?? [];
  return number ? readQuantity(number, behind) : undefined;
}

/** How a number with this unit can be read; `undefined` where there is no such unit. */
export function readQuantity(digits: string, name: string): Readings | undefined {
  const value = decimalOf(digits);
  const readings = name === '' ? PLAIN : UNITS.get(name.toLowerCase());
  if (!readings || Number.isNaN(Number(value))) return undefined;
  return readings.map(([factor, dimension]) => [`${Number((Number(value) * factor).toPrecision(12))}${dimension}`]);
}

/** `1h5m30s`, as a whole or by its parts. */
function readSpan(word: string): Readings {
  const parts = word.match(/\d+(?:ms|min|[dhms])/g) ?? [];
  const seconds = parts.map((part) => {
    const [, digits = '', name = ''] = /^(\d+)(.+)$/.exec(part) ?? [];
    const [factor = 1] = UNITS.get(name === 'm' ? 'min' : name)?.[0] ?? [];
    return Number(digits) * factor;
  });
  return [[`${seconds.reduce((sum, each) => sum + each, 0)}s`], seconds.map((each) => `${each}s`)];
}

function zip(low: Readings | undefined, high: Readings | undefined): Readings | undefined {
  return low && high && low.map((each, index) => [...each, ...(high[index] ?? [])]);
}

/** `1,024` and `1.024` are a thousand; `1,5` is `1.5`; leading zeros say nothing. */
export function decimalOf(digits: string): string {
  const plain = /^\d{1,3}(?:[.,]\d{3})+$/.test(digits) ? digits.replace(/[.,]/g, '') : digits.replace(',', '.');
  return String(Number(plain));
}

const NUMERALS = new Map(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen`
    .split(/\s+/)
    .map((word, value) => [word, value]),
);
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
TENS.forEach((word, index) => {
  NUMERALS.set(word, (index + 2) * 10);
});
const ORDINALS = 'third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');
const MANY = new Map([
  ['dozen', 12],
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1_000_000],
]);

/** The value of an English numeral: `seven`, `twenty-five`; `undefined` for any other word. */
export function numeralOf(word: string): number | undefined {
  const [tens = '', ones] = word.split('-');
  const value = NUMERALS.get(tens);
  if (ones === undefined) return value;
  const low = NUMERALS.get(ones);
  return TENS.includes(tens) && value !== undefined && low !== undefined && low < 10 ? value + low : undefined;
}

/** `hundred`, `dozens`. */
export function manyOf(word: string): number | undefined {
  return MANY.get(word.replace(/s$/, ''));
}

/** `third` is 3. */
export function ordinalOf(word: string): number | undefined {
  const index = ORDINALS.indexOf(word);
  return index < 0 ? undefined : index + 3;
}
