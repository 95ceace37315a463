/**
 * Everyday English, as answers about clusters use it, so that plain words can be told from names. Words that people name
 * their programs by stand in names.ts instead, even where they are English as well.
 */
const words = (list: string) => list.trim().split(/\s+/);

/** Articles, pronouns, prepositions, conjunctions, auxiliaries, numerals, and adverbs that stand anywhere. */
const FUNCTION_WORDS = words(`
  a about above according accordingly across aforementioned after afterwards again against ahead all almost along
  already also although always am amid among amongst an and another any anybody anyhow anymore anyone anything anyway
  anywhere apart are aren around as at away back barely be because been before beforehand behind being below beside
  besides between beyond both but by can cannot could couldn dare despite did didn do does doesn don done down dozen
  during each eg eight either else enough etc even ever every everybody everyone everything everywhere except few
  fifth first five for forth four fourth from furthermore had half hardly has have having he hence her here him
  himself his how however hundred i ie if in indeed inside instead into is isn it its itself just last later least
  less like lot lots many may maybe me meanwhile might million minus more moreover most much must my near nearly need
  needn neither never next nine no nobody none nor not nothing now nowhere of off often ok okay on once one only onto
  onwards or other others otherwise ought our ourselves out outside over own per perhaps please plenty plus previous
  quarter quite rather regarding regardless same second seven several shall she should shouldn since six so some
  somebody someone something somewhere soon sooner still such ten than that the their them themselves then there
  thereby therefore therein these they third this those though thousand three through throughout thus to today
  together tomorrow tonight too toward towards twice two under unless until up upon us usually very via vs was wasn we
  were weren what whatever whatsoever when whenever where whereas wherever whether which while who whom whose why will
  with within without won would wouldn yes yesterday yet you your yourself yourselves zero`);

const ADJECTIVES = words(`
  able abrupt absent acceptable accidental accurate active actual acute additional adequate adjacent administrative
  advanced adverse affected aggressive alive alone alternative amazing ambient ambiguous annual anonymous apparent
  applicable appropriate arbitrary asynchronous atomic automatic available average aware awkward bad bare basic
  beneficial best better big bigger biggest blank blind blue bogus brief briefer broad broken busy capable careful
  central certain cheap cheaper cheapest classic clean clear clever close closer closest cold common compatible
  competent complete complex compliant comprehensive concrete concurrent confident connected conscious consecutive
  consistent constant contiguous continuous convenient corporate correct corrupt costly critical crucial cumulative
  current custom cyclic damaged dangerous dark dead deep deeper deepest definite definitive degraded deliberate
  delicate dependent desirable destructive detailed detrimental diagnostic different difficult direct dirty disruptive
  distinct double downstream dry dual due duplicate dynamic eager earlier earliest early easier easiest easy effective
  efficient elastic eligible elsewhere empty enormous entire ephemeral equal equivalent erratic erroneous especial
  essential eventual evident exact excess excessive exclusive exhaustive existent expensive explicit exponential
  extensive external extra extreme faint fair faithful fake false familiar far fast faster fastest fatal faulty
  favorite fewer final fine finer finite firm fit fixed flaky flat flexible foreign forever formal former fortunate
  forward free frequent fresh full fuller functional fundamental further future general generic gentle genuine global
  golden good graceful gradual granular great greater greatest green gross happy hard harder hardest harmful harmless
  healthier healthy heavier heavy helpful hidden high higher highest horizontal hot huge human hungry hyperconverged
  ideal identical idle immediate imminent immutable important impossible improper inactive inadequate inclusive
  incoming incompatible incomplete inconsistent incorrect independent indirect individual inherent initial inner
  innocent insecure insignificant insufficient intact integral intense intensive intentional interactive intermediate
  intermittent internal invalid invisible irregular irrelevant isolated joint key known lagging large larger largest
  lasting late latent latest latter lazy lean left legacy legal legitimate lesser light lighter likely limited linear
  live local logical lone long longer longest loose lost low lower lowest lucky main major malformed malicious manual
  mass massive maximal maximum meaningful mere messy mild minimal minimum minor missing mixed mobile moderate modern
  momentary multiple mutable mutual naive narrow national native natural nearby nearest necessary negative neutral new
  newer newest nice noisy nominal normal notable noteworthy noticeable novel numeric numerous obscure obsolete obvious
  occasional odd official offline old older oldest onboard ongoing online open operational opposite optimal optional
  orderly ordinary organic original orphan outdated outer outgoing overall overdue overloaded parallel parent partial
  particular passive past peak peculiar pending perfect periodic permanent permissive persistent personal physical
  plain plausible pointless poor popular positive possible potential powerful practical precise preferable preliminary
  premature present primary prior private proactive probable problematic productive prominent prompt proper protected
  public pure quick quicker quickest quiet random rapid rare raw ready real realistic reasonable recent recurrent red
  redundant regional regular related relative relevant reliable reluctant remote repeat repetitive representative
  resilient respective responsible responsive restrictive reverse right rigid robust rogue rolling root rough round
  routine rural safe safer safest sane scarce secondary secret secure sensible sensitive separate sequential serial
  serious severe shallow shared sharp sheer short shorter shortest shut sick significant silent similar simple simpler
  simplest simultaneous single slack slight slim slow slower slowest small smaller smallest smart smooth sober soft
  sole solid sound spare sparse special specific spontaneous spurious stable stale standalone standard startup
  stateful stateless static steady steep sticky stiff straight straightforward strange strategic strict stricter
  strong stronger structural stuck suboptimal subsequent substantial subtle successful sudden sufficient suitable
  super sure surplus suspicious sustained swift symmetric synchronous synthetic tall technical temporary tentative
  terminal thermal thin thorough tight tighter tiny top total tough traditional transient transitive transparent
  tricky trivial true trustworthy typical ultimate unable unauthorized underlying undesirable unhealthy uniform unique
  unknown unlikely unnecessary unrelated unsafe unstable unusual upcoming upper upstream urgent useful useless usual
  valid valuable variable various vast verbose vertical viable violent virtual visible vital volatile vulnerable warm
  wary weak weird whole wide wider widespread wild willing wise worse worst worth worthwhile worthy wrong young zonal`);

const VERBS = words(`
  abort absorb accelerate accept access accommodate accompany accomplish account accumulate achieve acknowledge
  acquaint acquire act activate adapt add address adjust admit adopt advance advertise advise affect aggregate agree
  aim alert align allocate allow alter amount analyze annotate announce answer anticipate appear append apply approach
  approve arise arisen arose arrange arrive ask assert assess assign assist associate assume assure attach attempt
  attend attribute audit authenticate authorize autofill automate autoscale autotune avoid await balance base bear
  became become began begin begun behave believe belong benefit bind blame block boot bootstrap bother bounce bound
  break bridge bring broke brought build built bump burst buy bypass cache calculate call came cancel capture care
  carry cascade cast catch caught cause cease change charge chase check choose chose chosen churn claim clarify
  classify click climb clog clone coincide collapse collect collide combine come commit communicate compare compensate
  compete compile complain comply compose compress compute conclude configure confine confirm conflict confuse connect
  consider consist constrain construct consult consume contact contain contend continue contribute control converge
  convert cool coordinate cope copy cordon correlate correspond cost count cover crash create cross curb customize cut
  dangle deal deallocate debug decide declare decline decode decommission decrease decrypt dedicate deduce default
  defer define degrade delay delegate delete delist deliver demand demonstrate demote deny depend deploy deprecate
  derive describe deserve design desire destroy detach detect deteriorate determine develop deviate diagnose dictate
  die differ dig digest diminish disable disagree disappear discard disconnect discover discuss disown dispatch
  display dispose disrupt distinguish distribute dive diverge divide document doubt downgrade download downscale drain
  draw drawn drew drift drive drop drove dump earn ease edit eject elapse elect elevate eliminate embed emerge emit
  emphasize employ enable encode encounter encourage encrypt end endure enforce enlarge enqueue ensure entail enter
  erase err escalate escape establish estimate evaluate evict evolve examine exceed exchange exclude excuse execute
  exempt exercise exhaust exhibit exist exit expand expect expel experience expire explain explore expose express
  extend extract face facilitate fade fail fall fallen fan favor fear federate feed feel fell fetch fight figure file
  fill filter finalize find finish fire fix flag flap flip float flood flow fluctuate flush follow forbid force forget
  forgot forgotten fork form format found freeze frozen fulfil fulfill function gain gate gather gauge gave generate
  get give given go goes gone got govern grant grasp grew grow grown guarantee guard guess guide hack halt hamper
  handle hang happen harden harm heal hear heard heat held help hesitate hide highlight hinder hint hire hit hold
  honor hook hope host hung hunt hurt identify ignore illustrate imagine impact impair impede impersonate implement
  implicate imply import impose improve include increase increment incur indicate induce infer inflate influence
  inform ingest inherit inhibit initialize initiate inject insert inspect install instruct integrate intend interact
  intercept interest interfere interpret interrupt intervene introduce invalidate investigate invoke involve isolate
  issue iterate jeopardize join judge jump justify keep kept kill knew knock know label lack land launch lay lead leak
  learn lease leave led lend let level lie lift limit line linger link list listen load locate lock log look loop lose
  love made maintain make malfunction manage mandate map mark mask match matter max maximize mean meant measure meet
  mend merge met migrate mind minimize mirror misbehave mislead miss mistake mistype misuse mitigate modify monitor
  mount move multiply mutate mute name navigate neglect negotiate note notice notify number obey object observe obtain
  occupy occur offend offer offload omit operate opt optimize orchestrate originate oscillate outgrow outlive outpace
  overcommit overestimate overflow overlap overload overlook override overrule overrun oversee overshadow oversize
  overwhelm overwrite owe pack page paid panic park parse part participate pass paste patch pause pay peek perform
  permit persist pick pin pinpoint place plan plant play plug point poll populate port pose possess postpone practise
  precede precipitate predict preempt prefer preload prepare preserve press presume prevent probe proceed process
  produce program progress prohibit promise promote propagate propose protect prove proven provide provision prune
  publish pull purge push put qualify quantify query question queue quit quote race raise ran range rank reach react
  read realize reallocate reason rebalance rebind reboot rebuild rebuilt recall receive reclaim recognize recommend
  reconcile reconnect reconsider record recover recreate recur recycle redeploy redirect redo reduce refer reflect
  refresh refuse regain regard register regress regret reinstall reinstate reintroduce reissue reject rejoin relate
  relaunch relax release relieve reload rely remain remap remark remediate remember remind remove rename render renew
  reopen repair replace replay replicate reply report represent reproduce request require rerun reschedule rescue
  resend reserve reset reside resize resolve resort respawn respect respond rest restart restore restrain restrict
  result resume resurface retag retain rethink retire retrieve retry return reuse reveal revert revise revisit revoke
  reword rewrite ride rise risen roll rolled rose rotate route ruin rule run rush said sample sat satisfy saturate
  save saw say scale scan scatter schedule scope score scrape scratch script search see seek seem seen segment select
  sell send sent serve set settle shake shape share shed shift ship shoot shorten show shown shrank shrink shrunk
  shutdown sign signal signify silence simplify simulate sit size skew skip slip snapshot solve sort sought spawn
  speak specify spell spend spent spike spill spin spit split spoil spot spread spun squeeze stabilize stage stagger
  stall stand start starve state stay steal stem step stick stood stop store strain stream strengthen stress stretch
  strike strip struck struggle study submit subscribe subtract succeed suffer suffice suggest suit summarize supersede
  supply support suppose suppress surface surge surpass surround survive suspect suspend sustain swap sweep switch
  sync synchronize tag tail taint take taken talk tamper target taught tell tend terminate test thank think thought
  thrash threaten throttle throw thrown tie tighten time tip told tolerate took touch trace track trade train transfer
  transform transition translate transmit travel treat tried trigger trim trip trouble troubleshoot trust try tune
  tunnel turn tweak type unbind unblock uncordon uncover underestimate undergo underlie undermine undersize understand
  understood undertake undid undo undone unify uninstall unlock unmount unpack unpause unpin unset unsuspend untag
  update upgrade uphold upload urge use utilize validate vanish vary verify view violate visit wait wake walk want
  warn warrant waste watch weaken wear weigh welcome went widen wipe wire wish withdraw withhold withstand wonder word
  work worry worsen wrap write written wrote yield`);

const NOUNS = words(`
  abbreviation ability absence acceleration acceptance accessibility accident accounts accuracy acquisition action
  activity addition adjustment admin administration administrator admission advantage advice affinity age aggregation
  agreement air alarm algorithm alias alignment allocation allowance ambiguity analysis anomaly appearance appendix
  application approval archive area argument array article artifact aspect assertion assessment assignment assistance
  assumption attachment attack attacker attention audience authentication author authority authorization autoscaler
  autoscaling availability avoidance background backlog backoff bandwidth bar barrier baseline bash basis batch bearer
  beginning behalf behavior behaviour binary binding bit blocker board body bonus bottleneck bottom boundary box
  branch breach breakage bucket budget buffer bug bulk bundle burden business button byte cable caching calculation
  caller candidate capability capacity cardinality case category caution ceiling center cert certainty certificate
  certification certs chain chance channel chapter character chart checklist checkpoint checksum child children choice
  chunk circle circumstance citation clarity class clause cleanup client clock closure cloud clue code collection
  collision column combination comma command comment communication community compaction companion company comparison
  compatibility complaint completion complexity compliance component compression compromise computer concept concern
  conclusion concurrency condition conduct confidence configuration confirmation confusion congestion conjunction
  connection connectivity connector consensus consequence consideration constraint consumer consumption
  containerization content contention context continuation contract contrast contribution controller convention
  convergence conversion core corner correction correlation corruption counter country couple course coverage creation
  creator credential credentials criteria criterion culprit cure curl customer customization cutover cycle daemon
  damage danger data dataset datastore date day deadline deadlock death debris debt decision declaration defect
  definition degradation degree deletion delivery denial density department dependency deprecation depth derivative
  description descriptor desktop destination detail detection developer deviation device diagnosis diagnostics diff
  difference difficulty digit dimension direction directive directory disadvantage disagreement disaster disclaimer
  discovery discrepancy discussion disk disruption distance distribution documentation documents domain downside
  downtime driver duplication duration duty earth ecosystem edge edition effect efficiency effort election element
  email emergency emphasis encoding encryption ending endpoint enforcement engagement engine engineer enterprise
  entirety entity entrance entry entrypoint environment episode equipment error escalation essence evaluation evening
  event eviction evidence examination example exception excerpt exclusion execution executor exhaustion existence
  expansion expectation expense expert expiration expiry explanation exposition exposure expression extension extent
  extrapolation facility fact factor failover failure fallback family fashion fault feature federation feedback field
  filename filesystem finalizer finding firewall flaw fleet focus folder follower footprint formula foundation
  fraction fragment frame framework freedom frequency front fuel functionality gap garbage gateway generation
  generator goal grace grain granularity graph group growth guest guidance guideline habit hand handler handling
  handshake happening hardware hash hat head header heading headroom health heap heart heartbeat height hierarchy
  histogram history hole home hostname hour house hub hypothesis icon idea identifier identity illustration
  implementation implication importance impression improvement incident inconsistency indentation index indication
  indicator industry info information infrastructure ingestion inhibition initialization initiative inode input
  insight inspection installation instance instant instruction instrument integer integration integrity intelligence
  intent intention interaction interface interference internet interpretation interruption interval intervention
  introduction investigation invocation item iteration journal json judgement kernel keypair keyword killer kind
  knowledge lag language laptop latency layer layout leader leadership leakage leftover length lesson letter leverage
  library license life lifecycle lifespan lifetime limitation listener listing literal literature location logging
  logic login lookup loss luck machine machinery magnitude mail mainboard maintainer maintenance majority maker
  malware management manager manifest manner margin market master material meaning means meantime measurement
  mechanism medium meeting member membership memory mention menu mesh message metadata method metric middle migration
  millisecond minority minute misconfiguration mismatch mitigation mix mode model modification module moment momentum
  money month mood morning motion mountpoint movement multitude nameserver naming nature necessity negotiation
  neighbor neighbour network newcomer news night nightly noise nonsense norm notebook notion noun nuance null
  objective obligation observability observation obstacle occasion occurrence offender office offset omission on-call
  operand operation operator opinion opportunity optimization option orchestration order organisation organization
  origin outage outcome outline outlook output outset overhead overview owner ownership pace package packet pad pain
  pair paragraph parameter participant partition party password path pattern payout peer penalty people percent
  percentage percentile performance period permission person perspective phase phrase picture piece pipeline
  placeholder placement plane planet platform plugin pointer policy pool population portion position possibility post
  power practice precaution precedence precision precondition predicate prediction preemption preference prefix
  premise preparation presence pressure pretext prevention preview price principle print priority privilege
  probability problem procedure processing processor product production professional profile progression project
  promotion proof propagation property proportion proposal protection protocol provider provisioner provisioning
  proxies proximity purpose quality quantity quorum quota quotation rack rate ratio rationale reachability reaction
  reader readiness reality reasoning receipt receiver recipe recommendation reconciliation recovery recreation
  recurrence reduction redundancy reference refusal regards region registration regression regularity rejection
  relation relationship relevance reliability relief remainder remediation remedy reminder removal renewal repetition
  replacement replica replication repo repository representation requestor requirement research researcher reservation
  resident residue resilience resolution resolver resource response responsibility restoration restriction retention
  retirement review revision reward rework risk roadmap robot role rollback rollout room rotation router row runbook
  runner runtime safety saturation saving scalability scaler scaling scenario scheduling schema scheme screen
  screenshot seam section security selection selector self semantics sender sense sensitivity sentence separation
  sequence series server serving session setting setup severity shard shell shop-floor shortage shortcut side sight
  signature significance similarity simplicity sink site situation skill slash slice slot slowdown snippet software
  solution source space span spec specification speed spelling stability stack staff standby stanza starvation
  statement station statistic statistics status stderr stdout storage story strategy street strength string structure
  stuff style subcommand subdirectory subfolder subject subnet subset substance substitute subsystem success sudo
  suffix suggestion suite sum summary supervision supplier surprise suspicion symbol symptom synchronization syntax
  system table task team technique technology telemetry temperature template tenant tendency tension term termination
  terms text theme theory thing thinking thread threat threshold throttling throughput ticket timeline timeout timer
  timestamp timezone timing title todo token tolerance toleration tool toolbox tooling topic topology traffic trail
  transaction translation transmission transport trap treatment tree trend trial troubleshooting truth tutorial twist
  typo uncertainty underscore understanding unit universe uplink uptime urgency usage user users utility utilization
  vacation validation validator validity value variance variant variation variety vendor verb verdict verification
  version versioning victim violation virtualization visibility vm vocabulary volume vote vulnerability walkthrough
  wall warmup warning wave way weakness weather week weekend weight whitespace wildcard window wording workaround
  workflow workload world writer year zone`);

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
