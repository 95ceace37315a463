/**
 * Everyday English, as answers about clusters use it, so that plain words can be told from names. Words that people name
 * their programs by stand in names.ts instead, even where they are English as well.
 */
const words = (list: string) => list.trim().split(/\s+/);

/** Articles, pronouns, prepositions, conjunctions, auxiliaries, numerals, and adverbs that stand anywhere. */
const FUNCTION_WORDS = words(`
  a an the this that these those its their your our my his her it they we you i he she them him us me who whom which what whose
  each every any all some no none both either neither one another other others same such first second third fourth fifth last
  next previous own several many much few more most less least enough plenty lot lots half quarter
  is are was were be been being am isn aren wasn weren has have had having do does did don doesn didn done can cannot could may
  might must shall should will would won wouldn couldn shouldn need needn dare ought
  and or but nor so yet if then else when while where why how because since until unless although though whether as than like
  of to in on at by for from with without within into onto out up down over under above below between among behind beside
  besides before after during through throughout across against about around near off per via upon toward towards along except
  despite regardless beyond inside outside amid plus minus again also too very just only even still already now here there not
  never always often usually once twice back away together itself themselves himself yourself yourselves ourselves ahead apart
  anyway anymore anywhere somewhere everywhere nowhere nothing something anything everything someone somebody anyone anybody
  everyone nobody everybody therefore thus hence however moreover furthermore meanwhile otherwise instead rather perhaps maybe
  indeed else whereas ever soon later sooner today yesterday tomorrow tonight afterwards beforehand forth quite almost nearly hardly
  barely two three four five six seven eight nine ten zero dozen hundred thousand million ok okay please yes etc eg ie vs
  accordingly whatever whatsoever whenever wherever onwards amongst regarding according thereby therein aforementioned anyhow`);

const ADJECTIVES = words(`
  able absent abrupt acceptable accidental accurate active actual acute additional adequate adjacent administrative advanced
  affected aggressive alive alone alternative ambiguous annual anonymous apparent applicable appropriate arbitrary asynchronous
  atomic automatic available average aware awkward bad bare basic beneficial best better big bigger biggest blank blind blue
  bogus brief briefer broad broken busy capable careful central certain cheap classic clean clear clever close closer closest
  cold common compatible competent complete complex comprehensive concrete concurrent confident connected conscious consecutive
  consistent constant contiguous continuous convenient correct corrupt costly critical crucial current custom cyclic damaged
  dangerous dead deep deeper deepest definite definitive degraded deliberate delicate dependent desirable detailed different
  difficult direct dirty distinct double downstream dry due duplicate dynamic eager earlier earliest early easy effective
  efficient elastic eligible elsewhere empty enormous entire ephemeral equal equivalent erroneous essential even eventual evident
  exact excess excessive exclusive exhaustive existent expensive explicit exponential extensive external extra extreme faint fair
  faithful false familiar far fast faster fastest fatal faulty favorite fewer final fine finer finite firm fit fixed flaky flat
  flexible foreign formal former fortunate forward free frequent fresh full fuller fundamental further future general generic
  gentle genuine global good gradual granular graceful great greater greatest green gross happy hard harder hardest harmful
  harmless healthy healthier heavy heavier helpful hidden high higher highest hot huge human ideal identical idle immediate
  imminent immutable impossible improper inactive inadequate incoming incompatible incomplete inconsistent incorrect independent
  indirect individual inherent initial innocent inner insecure insignificant insufficient intact integral intense intentional
  interactive intermediate intermittent internal invalid invisible irrelevant isolated joint key known lagging large larger
  largest lasting late latent later latest latter lazy lean left legacy legitimate less lesser light lighter likely limited live
  local logical lone long longer longest loose lost low lower lowest lucky main major malformed malicious manual massive
  maximal maximum meaningful mere mild minimal minimum minor missing mobile moderate modern momentary multiple mutable mutual
  narrow national native natural naive nearby nearest necessary negative neutral new newer newest nice noisy nominal normal notable
  noticeable novel numeric numerous obscure obsolete obvious occasional odd offline official okay old older oldest onboard ongoing
  online open operational opposite optimal optional orderly ordinary original orphan outdated outer outgoing overall overdue
  overloaded parallel parent partial particular passive past peak peculiar pending periodic permanent permissive persistent
  personal physical plain plausible pointless poor popular positive possible potential powerful practical precise preferable
  preliminary premature present previous primary prior private proactive probable problematic productive prominent prompt proper
  protected public pure quick quicker quickest quiet random rapid rare raw ready real realistic reasonable recent recurrent red
  redundant regional regular related relative relevant reliable reluctant remote repeat repetitive representative resilient
  respective responsible responsive restrictive right rigid robust rolling root rough round routine rural safe safer safest
  scarce secondary secret secure sensible sensitive separate serial serious severe shallow shared sharp sheer short shorter
  shortest shut sick significant silent similar simple simpler simplest simultaneous single slack slight slim slow slower slowest
  small smaller smallest smart smooth sober soft sole solid sound spare sparse special specific spontaneous spurious stable stale
  standalone standard startup stateful stateless static steady steep sticky stiff straight strange strategic strict stricter strong
  stronger structural stuck subsequent substantial subtle sudden sufficient suitable super sure surplus suspicious sustained
  swift symmetric synchronous synthetic tall technical temporary tentative terminal thin thorough tight tighter tiny top total
  tough traditional transient transitive transparent tricky trivial true trustworthy typical ultimate unable unauthorized
  underlying undesirable unhealthy uniform unique unknown unlikely unnecessary unrelated unsafe unstable unusual upcoming
  upper upstream urgent useful useless usual valid valuable variable various vast verbose vertical viable violent virtual visible
  vital volatile vulnerable warm wary weak weird whole wide wider widespread wild willing wise worse worst worth worthy
  wrong young zonal important golden horizontal hyperconverged rogue adverse mixed  worthwhile
  functional successful especial linear irregular organic erratic cheaper cheapest easier easiest compliant disruptive detrimental
  straightforward inclusive sequential dark dual sane suboptimal destructive ambient thermal mass corporate legal amazing messy
  hungry intensive fake noteworthy perfect reverse forever diagnostic straight
  cumulative`);

const VERBS = words(`
  abort absorb accelerate accept access accommodate accompany account accumulate achieve acknowledge acquire act activate adapt add
  address adjust admit adopt advance advertise advise affect agree aim alert align allocate allow alter amount analyze announce
  annotate answer anticipate appear append apply approach approve arise arose arisen arrange arrive ask assert assess assign
  assist associate assume assure attach attempt attend attribute audit authenticate authorize automate autoscale avoid await
  balance base bear began begin begun behave believe belong benefit bind block boot bootstrap bother bounce bound break bring
  broke brought build built bump burst buy bypass call came cancel capture care carry cascade cast catch caught cause cease
  change charge chase check choose chose chosen claim clarify classify clean clear clog clone close coincide collapse collect
  collide combine come commit communicate compare compensate compete compile complain complete comply compose compress compute
  conclude confine configure confirm conflict confuse connect consider consist constrain construct consult consume contact contain
  contend continue contribute control converge convert cool coordinate cope copy cordon correct correlate correspond corrupt cost
  count cover crash create cross curb cut deal deallocate debug decide declare decline decode decommission decrease dedicate
  deduce default defer define degrade delay delegate delete deliver demand demote deny depend deploy deprecate derive describe
  deserve design desire destroy detach detect deteriorate determine develop deviate diagnose dictate die differ dig digest diminish
  disable disagree disappear discard disconnect discover discuss dispatch display dispose disrupt distinguish distribute diverge
  divide document double doubt download downgrade downscale drain draw drawn drew drift drive drop drove duplicate earn ease edit
  eject elapse elect eliminate embed emerge emit emphasize employ enable encode encounter encourage encrypt end endure enforce
  enlarge enqueue ensure enter entail equal erase err escalate escape establish estimate evaluate evict evolve examine exceed
  exchange exclude excuse execute exempt exercise exhaust exhibit exist exit expand expect expel experience expire explain explore
  expose express extend extract face facilitate fade fail fall fallen fan fast favor fear feed feel fell fetch fight figure file
  fill filter finalize find finish fire fit fix flag flap flip float flood flow flush follow forbid force forget forgot forgotten
  form format forward found free freeze frozen fulfil fulfill function gain gate gather gauge gave generate get give given go goes
  gone got govern grant grew grow grown guarantee guard guess guide halt hamper handle hang happen harden harm heal hear heard heat
  held help hesitate hide highlight hint hit hold honor hook hope hung hunt hurt identify idle ignore illustrate imagine impact
  impair impede impersonate implement implicate imply import impose improve include increase increment incur indicate induce infer
  inflate influence inform inherit inhibit initialize initiate inject insert inspect install instruct integrate intend interact
  intercept interest interfere interpret interrupt intervene introduce invalidate investigate invoke involve isolate issue iterate
  jeopardize join judge jump justify keep kept kill knew knock know lack land last launch lay lead leak lean learn lease leave led
  left lend let level lie lift limit line linger link list listen live load locate lock log look loop lose lost lower made maintain
  make manage mandate map mark mask match matter max mean meant measure meet mend merge met migrate mind minimize mirror misbehave
  mislead miss mistake mistype mitigate modify monitor mount move multiply mute name narrow navigate need negotiate neglect note
  notice notify number obey object obscure observe obtain occupy occur offer offload omit open operate opt optimize originate
  oscillate outlive overcommit overflow override overlap overlook overrule overrun oversee overshadow overwhelm overwrite owe own
  pack paid page panic park parse part participate pass patch pause pay peak peek perform permit persist pick pin pinpoint place plan
  plant play plug point poll populate port pose possess postpone practise precede precipitate predict preempt prefer prepare
  present preserve press presume prevent probe proceed process produce program progress prohibit promise promote prompt propagate
  propose protect prove proven provide provision prune publish pull purge push put qualify quantify query question queue quit
  quote race raise ran range rank reach react read realize reallocate reason rebalance rebind reboot rebuild rebuilt recall receive
  reclaim recognize recommend reconcile reconnect reconsider record recover recreate recur redeploy redo redirect reduce refer reflect
  refresh refuse regain register regress regret reinstall reinstate reintroduce reissue reject relate relaunch relax release rely
  remain remark remediate remember remind remove rename render renew repair repeat replace replay replicate reply report represent
  reproduce request require reschedule rescue reserve reset reside resize resolve resort respawn respect respond rest restart
  restore restrain restrict result resume resurface retain rethink retire retrieve retry return reuse reveal revert revise revisit
  revoke reword rewrite ride rise risen roll rolled rose rotate round route ruin rule run rush said sample sat satisfy saturate save
  saw say scale scan scatter schedule scope score scrape scratch script search see seek seem seen segment select sell send sent
  separate serve set settle shake shall shape share shed shift ship shoot shorten show shown shrank shrink shrunk shut shutdown sign
  signal signify silence simplify simulate sit size skew skip slip slow snapshot solve sort sought sound spawn speak specify spell
  spend spent spike spill spin spit split spoil spot spread spun squeeze stabilize stage stagger stall stand starve start state stay
  steal stem step stick stood stop store strain stream strengthen stress stretch strike strip struck struggle stuck study submit
  subscribe subtract succeed suffer suffice suggest suit summarize supersede supply support suppose suppress surface surge surpass
  surround survive suspect suspend sustain swap sweep switch sync synchronize tag tail taint take taken talk tamper target taught tell
  tend terminate test thank think thought thrash threaten throttle throw thrown tie tighten time tip told tolerate took top touch
  trace track trade train transfer transform transition translate transmit travel treat tried trigger trim trip trouble
  troubleshoot trust try tune turn tweak type unblock uncordon uncover undergo underlie undermine understand understood undertake
  undo undone unify uninstall unlock unmount unpack unpause unset unsuspend update upgrade uphold upload urge use utilize validate
  vanish vary verify view violate visit wait wake walk want warn warrant was waste watch weaken wear weigh welcome went widen wipe
  wire wish withdraw withhold withstand wonder word work worry worsen wrap write written wrote yield accomplish dangle offend relieve malfunction maximize mutate undersize oversize underestimate overestimate acquaint host dump label
  become became elevate federate ingest customize calculate hinder climb fluctuate decrypt click paste hire blame hack
  aggregate cache dive recycle demonstrate regard churn fork tunnel bridge orchestrate grasp love
  rerun retag retry redo undo remap reload resend reopen reuse rejoin untag unset unpin unbind undid misuse mislead preload override
  overload outpace outgrow autofill autotune delist deploy disown`);

const NOUNS = words(`
  abbreviation ability absence acceptance access accident account action activity addition address adjustment admin administration
  administrator admission advantage advice affinity age agreement air alarm alert algorithm alias alignment allocation allowance
  alternative ambiguity amount analysis anomaly answer anything appearance appendix application approach approval archive area
  argument array artifact aspect assertion assessment assignment assistance assumption attachment attack attempt attention attribute
  audience authentication author authority authorization autoscaler autoscaling availability backlog backoff balance bandwidth bar
  barrier baseline basis batch bearer beginning behavior behaviour benefit binary binding bit blocker board body bottleneck bottom
  boundary box branch breach break breakage budget buffer bug build bulk bundle burden burst business byte calculation caller
  candidate capability capacity capture care case category cause caution ceiling center certainty certificate chain chance change
  channel chapter character chart check checklist checkpoint checksum child children choice chunk circle circumstance
  citation claim class clause cleanup client clock closure clue code collection collision column combination comma command comment
  communication community companion company comparison compatibility complaint completion complexity component compression
  compromise computer concept concern conclusion concurrency condition conduct confidence configuration confirmation conflict
  confusion congestion conjunction connection connectivity connector consensus consequence consideration constraint consumption
  contact content contention context continuation contract contrast control controller convention conversion convergence copy core
  corner correction correlation corruption cost count counter country couple course coverage crash creation creator credential
  credentials criterion criteria culprit cure customer cutover cycle daemon damage danger data date day deadline deadlock death
  debris debt decision declaration decrease definition degradation degree delay deletion delivery demand denial density department
  dependency dependent depth derivative description descriptor design destination detail detection developer deviation
  device diagnosis diagnostics diff difference difficulty digit dimension direction directive directory disadvantage disagreement
  disaster discard disclaimer disconnect discovery discrepancy discussion disk display disruption distance distribution document
  documentation documents domain doubt downside downtime drain drift drive driver drop dump duplicate duration duty ease
  edge edition effect efficiency effort element emergency emphasis encoding encryption end ending endpoint enforcement engine
  engineer entirety entity entrance entry entrypoint environment episode equipment error escalation essence estimate evaluation
  evening event eviction evidence example exception excerpt excess exchange exclusion execution executor exhaustion existence exit
  expansion expectation expense experience expert expiration expiry explanation exposure expression extension extent extract face
  facility fact factor fail failover failure fallback family fashion fault feature feedback field figure file filesystem filter
  finalizer finding finish fix flag flaw fleet flow focus folder footprint force form format formula fraction fragment frame
  framework freedom frequency front fuel function functionality future gain gap garbage gateway generation generator goal grace
  grain granularity graph grasp group growth guarantee guard guess guest guidance guide guideline habit half hand handler handling
  handshake hang happening hardware harm hash head header heading headroom health heap heart heartbeat height help hierarchy
  highlight hint history hold hole home hope hostname hour house hypothesis icon idea ideal identifier identity illustration
  impact implementation implication importance impression improvement incident inconsistency increase increment indentation index
  indication indicator individual industry influence info information infrastructure ingestion inhibition initialization
  initiative input insight inspection installation instance instant instruction instrument integer integration integrity intent
  intention interaction interest interface interference interpretation interruption interval intervention introduction
  investigation invocation issue item iteration join journal judgement jump kernel key keyword kill kind killer knowledge label lack lag
  language laptop latency layer layout lead leader leak leakage lease leftover length lesson letter level leverage library license
  life lifecycle lifetime limit limitation line link list listener literal literature load location lock log logging logic login look
  lookup loop loss luck machine machinery magnitude mail maintainer maintenance majority maker management manager manifest manner
  manual map margin mark market master match material matter maximum meaning means meantime measure measurement mechanism medium
  meeting member memory mention menu mesh message metadata method metric middle migration millisecond mind minimum minority minute
  misconfiguration mismatch miss mistake mitigation mix mode model modification module moment momentum money monitor month mood
  morning motion mount mountpoint move movement multitude name naming nature necessity need negotiation neighbor neighbour network
  newcomer news night nightly noise nonsense norm note notebook notice notion noun nuance number object objective obligation
  observation obstacle occasion occurrence offender offer office offset omission on-call operand operation operator opinion orchestration intelligence filename
  opportunity option order organization origin original orphan outage outcome outline outlook output outset overhead overlap
  overload override overview owner ownership pace package packet pad page pain pair panic paragraph parameter part participant
  partition party password path patch pattern pause peak peer penalty people percent percentage performance period permission
  person perspective phase phrase picture piece pipeline place placeholder placement plan plane platform plugin point pointer
  policy pool population portion position possibility post potential power practice precaution precedence precision precondition
  predicate prediction preemption preference prefix premise preparation presence pressure pretext prevention price principle print
  priority privilege probability probe problem procedure process processing processor product production professional profile
  program progress progression project promise promotion proof propagation property proportion proposal protection protocol
  provider provision provisioner provisioning proximity pull purpose push quality quantity quarter query question queue quota
  quotation quote race rack range rate ratio rationale reachability reaction read reader readiness reality reason reasoning reboot
  recall receipt receiver recipe recommendation reconciliation record recovery recreation recurrence reduction redundancy reference
  refusal region registration regression regularity rejection relation relationship release relevance reliability relief remainder
  remedy reminder removal rename renewal repair repetition replacement replica replication repo report repository
  representation request requestor requirement reschedule research reservation reset residue resilience resolution resolver resort
  resource respect response responsibility rest restart restoration restriction result retention retry return revert review revision
  reward rework right rise risk roadmap robot role rollback roll rollout room root rotation round route router routine row rule run
  runbook runner runtime safety saturation saving scale scaler scaling scenario schedule scheduling schema scheme scope score screen
  script seam second section security segment selection selector self semantics sender sense sentence separation sequence series
  server serving session set setting setup severity shape share shell shift shop-floor shortage shortcut show shutdown side sight
  sign signal signature significance silence similarity simplicity sink site situation size skew skill slash slice slot snapshot
  snippet software solution sort source space span spec specification speed spelling spike split spot spread stability stack staff
  stage stall stand standard standby start startup statement station statistic statistics status step stop storage story strategy
  stream strength stress string structure study stuff style subject subset subsystem subnet substance substitute success suffix
  suggestion suite sum summary supervision supplier supply support surface surge surprise suspicion swap switch symbol symptom
  sync synchronization syntax system table tag tail taint talk target task team technique technology template temperature tendency
  tenant tension term termination terms text theme theory thing thinking thread threat threshold throttling throughput ticket tie
  time timeline timeout timestamp timezone timing tip title token tolerance toleration tool tooling topic topology total touch trace
  track trade traffic trail transaction transfer transition translation transport trap treatment tree trend trial trigger trip
  trouble troubleshooting truth try tune turn tutorial tweak twist type typo uncertainty underscore understanding unit unknown
  update upgrade uplink upload uptime usage use user utility utilization validation validity value variable variance variant
  variation variety vendor verb verdict verification version versioning victim view violation virtualization visibility vocabulary
  volume vote vulnerability wait walkthrough wall warmup warning waste watch wave way weakness weather week weekend weight while
  whitespace wildcard window wire wish wonder word wording work workaround workflow workload world worry write writer year zone acquisition accessibility hub vm accounts users certs cert keypair mainboard host bucket endpoint server
  percentile quorum election aggregation observability compaction extrapolation organisation certification compliance urgency
  inode subdirectory subfolder deprecation datastore customization shard timer avoidance membership caching contribution cable
  firewall sensitivity background dataset subcommand duplication exposition histogram examination accuracy button article
  clarity toolbox lifespan slowdown remediation leadership stanza cardinality acceleration ecosystem malware planet earth
  researcher attacker attack email behalf screenshot payout desktop foundation scalability internet regards street vacation
  transmission universe defect bonus containerization proxies consumer follower quorum nameserver cloud federation retirement
  sudo null todo json bash curl stdout stderr
  enterprise validator telemetry engagement optimization preview resident hat listing starvation signature`);

const ENGLISH = new Set([...FUNCTION_WORDS, ...ADJECTIVES, ...VERBS, ...NOUNS]);
const MODIFIERS = new Set([...FUNCTION_WORDS, ...ADJECTIVES]);
const LITTLE = new Set(FUNCTION_WORDS);

/** Endings of inflected forms, with what the base form has in their place. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/ies$/, 'y'],
  [/es$/, ''],
  [/s$/, ''],
  [/ied$/, 'y'],
  [/ed$/, ''],
  [/d$/, ''],
  [/ing$/, ''],
  [/ing$/, 'e'],
  [/([bdglmnprt])\1(?:ed|ing)$/, '$1'],
  [/ally$/, ''],
  [/ily$/, 'y'],
  [/ly$/, ''],
  [/y$/, 'e'],
];
const PREFIX = /^(?:re|un|mis|non|over|under|pre|auto|de|dis|in)(?=[a-z]{5})/;
/** Of words that claim a quality and name nothing. */
const OF_A_QUALITY = /(?:ly|able|ible|ous|ful|less|ical|ness|ably|ibly|wise|ish|i[sz]ed)$/;

/** Whether a word, in lower case, is English, in whatever form. */
export function isEnglish(word: string): boolean {
  return isCommon(word) || (OF_A_QUALITY.test(word) && word.length > 5);
}

/** The same, of words that are listed, by themselves or with a prefix. */
export function isCommon(word: string): boolean {
  if (hasForm(word, ENGLISH)) return true;
  const base = word.replace(PREFIX, '');
  return base !== word && hasForm(base, ENGLISH);
}

/** Whether a word describes another one, as adjectives and numerals do. */
export function isModifier(word: string): boolean {
  return MODIFIERS.has(word) || (/ly$/.test(word) && isEnglish(word));
}

/** Whether a word names and describes nothing: `up`, `the`, `not`. */
export function isFunctionWord(word: string): boolean {
  return LITTLE.has(word);
}

function hasForm(word: string, set: ReadonlySet<string>): boolean {
  if (set.has(word)) return true;
  return ENDINGS.some(([ending, base]) => ending.test(word) && set.has(word.replace(ending, base)));
}
