/** What a person wants to know, as far as plain words tell. */
export interface Intent {
  kind: IntentKind;
  /** The question asks for this and nothing else, so that no model is needed to understand it. */
  sure: boolean;
  /** Of logs. */
  logs: { previous?: true; since?: string; lines?: number; grep?: string; container?: string };
}

export type IntentKind =
  | 'why'
  | 'logs'
  | 'events'
  | 'describe'
  | 'yaml'
  | 'related'
  | 'fix'
  | 'changed'
  | 'rollout'
  | 'top'
  | 'help';

/** The first that fits wins: `why does it fail, show me the logs` asks for logs. */
const PATTERNS: readonly (readonly [IntentKind, RegExp])[] = [
  [
    'help',
    /^\W*(?:help|commands|usage)?\W*$|\bwhat (?:can|could) (?:you do|(?:you|i|we) ask)\b|\bhow do (?:you|i use you) work\b/,
  ],
  [
    'changed',
    /\bchange[sd]?\b|\bdifferen(?:t|ce)\b|\bdiff\b|\bwhat(?:'s| is| has)? new\b|\bsince (?:yesterday|last|this morning)\b|\bstill (?:broken|failing|the case|happening|open)\b|\bfixed (?:now|already)\b|\bis it (?:solved|resolved|fixed)\b/,
  ],
  [
    'logs',
    /\blogs?\b|\blogged\b|\bstack ?trace\b|\bstd(?:out|err)\b|\blast words\b|\bwhat did (?:it|the \w+) (?:say|print|write)\b/,
  ],
  [
    'fix',
    /\bfix(?:es|ed|ing)?\b|\bsol(?:ve|ution|utions)\b|\bresol(?:ve|ution)\b|\bremed(?:y|iate|iation)\b|\brepair\b|\bmend\b|\bwork-?around\b|\bwhat (?:should|can|do|must|could) (?:i|we) do\b|\bnext steps?\b|\bget rid of\b/,
  ],
  ['events', /\bevents?\b|\bwhat happened\b/],
  ['yaml', /\bya?ml\b|\bmanifest\b|\bjson\b|\b(?:full|whole|raw) (?:spec|object|definition|resource)\b|\bget -o\b/],
  [
    'rollout',
    /\brollouts?\b|\bhistory\b|\brevisions?\b|\b(?:previous|older|earlier|last) versions?\b|\bwhen was (?:it|this) deployed\b|\broll ?back\b/,
  ],
  [
    'top',
    /\btop\b|\b(?:cpu|memory|resource) (?:usage|use|consumption)\b|\busage\b|\bhow much (?:cpu|memory)\b|\bconsum(?:e|es|ing|ption)\b/,
  ],
  [
    'related',
    /\brelat(?:ed|es|ions?)\b|\bdepend(?:s|encies|ency|ents?)?\b|\bconnected\b|\bwho (?:uses|owns|needs)\b|\bused by\b|\bowners?\b|\bupstream\b|\bdownstream\b|\bhangs? together\b/,
  ],
  [
    'describe',
    /\bdescribe\b|\bdetails?\b|\bstate of\b|\bstatus of\b|\bshow (?:me )?(?:the )?(?:pod|deployment|node|service|job|ingress|statefulset|daemonset|cronjob|configmap|pvc)s?\b|\bmore about\b/,
  ],
  [
    'why',
    /\bwhy\b|\breasons?\b|\bcauses?\b|\bwhat(?:'s| is|s)? (?:wrong|the (?:problem|matter|issue|error)|going on|broken|failing|up)\b|\bexplain\b|\bhow come\b|\bwhat does (?:this|that|it) mean\b|\broot cause\b|\bdiagnos/,
  ],
];

/** Words that ask for nothing by themselves. */
const FILLER =
  /\b(?:please|can|could|would|you|me|us|i|we|want|need|to|see|show|give|get|tell|print|display|list|the|a|an|of|for|in|on|from|about|its?|this|that|these|those|their|is|are|was|did|do|does|have|has|happened?|now|then|again|also|and|all|last|latest|recent|previous|current|run|runs|container|containers|pod|pods|deployment|service|node|it|what|what's|how|why|since|yesterday|there|some|any|more|here|just|with|object|incident|one|first|second|third)\b/g;

/** What plain words ask for; `undefined` where they do not tell. `names` are those of objects, which say nothing of it. */
export function intentOf(question: string, names: Iterable<string> = []): Intent | undefined {
  let words = question.toLowerCase().replace(/[’]/g, "'");
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    if (name.length > 2) words = words.replaceAll(name.toLowerCase(), ' ');
  }
  const found = PATTERNS.find(([, pattern]) => pattern.test(words));
  if (!found) return undefined;
  const [kind, pattern] = found;
  const rest = words
    .replace(new RegExp(pattern.source, 'g'), ' ')
    .replace(LOG_OPTIONS, ' ')
    .replace(FILLER, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
  return { kind, sure: rest.split(' ').filter(Boolean).length <= 1, logs: logOptions(question) };
}

const LOG_OPTIONS =
  /\b(?:last|past|since|in the last) \d+ ?(?:lines?|s|m|min|minutes?|h|hours?|d|days?)\b|\b\d+ lines?\b|\b(?:before|after) (?:the |it )?(?:last )?(?:crash|restart)(?:ed)?\b|\b(?:grep|containing|matching|that contain|that say|that mention) \S+/g;

function logOptions(question: string): Intent['logs'] {
  const words = question.toLowerCase();
  const previous =
    /\bprevious\b|\bbefore (?:the |it |its )?(?:last )?(?:crash|restart|died|crashed)|\blast (?:run|crash|container)\b|\bcrashed (?:run|container|one)\b|\bearlier run\b/.test(
      words,
    );
  const [, count, unit = ''] =
    /\b(?:last|past|since) (\d+) ?(s|sec|m|min|minutes?|h|hours?|d|days?)\b/.exec(words) ?? [];
  const [, lines] = /\b(\d+) lines?\b/.exec(words) ?? [];
  const [, grep] =
    /\b(?:grep|containing|matching|that contain|that say|that mention) ["'“`]?([^\s"'”`]+)/i.exec(question) ?? [];
  const [, container] = /\bcontainer ["'`]?([a-z0-9][a-z0-9-]*)\b/.exec(words) ?? [];
  return {
    ...(previous && { previous }),
    ...(count && { since: `${count}${unit.charAt(0)}` }),
    ...(lines && { lines: Number(lines) }),
    ...(grep && { grep }),
    ...(container && !/^(?:logs?|of|in|is|that|which|status|state|again)$/.test(container) && { container }),
  };
}

/** Whether people merely thank or agree, so that nobody needs to answer. */
export function isSmallTalk(words: string): boolean {
  if (words.includes('?')) return false;
  const bare = words
    .toLowerCase()
    .replace(/:[\w+-]+:/g, ' ')
    .replace(/[^\p{L}\p{N}+]+/gu, ' ')
    .trim();
  if (bare === '') return /\S/.test(words);
  return /^(?:(?:many )?(?:thanks?|thx|ty)(?: you)?(?: (?:so much|a lot|all|everyone|bot|k8sgpt))?|ok(?:ay)?|k|great|nice|cool|perfect|awesome|good (?:job|bot|work)|got it|understood|will do|on it|i m on it|looking|done|\+1|lgtm|yes|no|yep|nope|lol|haha)(?: (?:thanks?|thx))?$/.test(
    bare,
  );
}
