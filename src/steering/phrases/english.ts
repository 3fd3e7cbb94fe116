import { near, type Phrases } from './phrases.ts';

const AI =
  '(?:AIs?|A\\.I\\.|LLMs?|GPTs?|ChatGPT|Claude|Gemini|Copilot|Codex|CodeRabbit|Cursor|Qwen|Llama|Mistral|DeepSeek|(?:large )?language models?|coding agents?)';
const KIND = '(?:reviewers?|review|assistants?|agents?|scanners?|models?|bots?|judges?|analy[sz]ers?|tools?|systems?|auditors?|analysis)';
const FIELD = '(?:(?:code|security|pull[ -]request|pr|review|analysis|static) ){0,2}';
/** A reading program; the bare words reviewer, model and scanner mean others far more often. */
const READER = `(?:${AI}(?:[ -]${FIELD}${KIND})?|automat(?:ed|ic) ${FIELD}${KIND}|(?:code|security) (?:review|analysis) (?:bot|model|assistant|agent)s?|(?:review|reviewer|judge)[ -](?:model|bot|agent|ai|llm)s?)`;

const REVOKE =
  '(?<!(?:to|not|never|that|which|who|we|they|models?|users?|will|would|may|might|can|could|often|some|asks|tries) )(?:ignor(?:e|ing)|disregard(?:ing)?|forget)';
const EARLIER = '(?:previous|prior|preceding|earlier|above|former|foregoing|original|initial)';
const INSTRUCTIONS = '(?:instructions?|prompts?|guidelines?|directives?|guidance)';

const NEVER =
  "(?:do not|don'?t|does not need to|must ?n[o']t|should ?n[o']t|shall not|can ?not|may not|never|no need to|avoid|refrain from|not to|could you (?:please )?not|please not)";
const REPORT = '(?:report|flag|mention|rais|list|output|comment|publish|warn|includ|emit|writ|find|detect|produc)\\w*';
const WEAKNESSES =
  '(?:findings?|vulnerabilit(?:y|ies)|weakness(?:es)?|security (?:issues?|problems?|bugs?|flaws?|concerns?)|(?:any|an) (?:issues?|problems?))';
const SAY =
  '(?:report|return|output|answer|respond|reply|conclude|say|state|produce|emit|print|write|raise|give|provide|declare|confirm)(?:ing)?(?![\\p{L}])';
const FILLER =
  '(?:(?:only|just|simply|exactly|always|with|that|it|this|the|a|an|word|code|script|file|change|function|method|everything|here|is|are|looks?|as|be|[\'"`]) ?){0,8}';
const SAFE =
  '(?:safe|secure|fine|ok|okay|lgtm|approved|passed|clean|harmless|benign|trusted|not vulnerable|false positives?|verified|compliant)(?![\\p{L}\\p{N}])';
const HERE =
  '(?:this|it|them|these|those|anything|the (?:\\w+ )?(?:code|lines?|files?|functions?|query|quer(?:y|ies)|methods?|permissions?|changes?|below|following))(?![\\p{L}\\p{N}])';
const REVIEWED = '(?:(?:pre-?)?reviewed|(?:pre-?)?approved|audited|verified|approved|vetted|certified|cleared|whitelisted|pen-?tested)';

export const ENGLISH: Phrases = {
  revoke: [
    near(`${REVOKE} (?:(?:all|any|every|the|your|my|of|these|those|other|absolutely) ){0,4}${EARLIER} (?:\\w+ ){0,2}?${INSTRUCTIONS}`),
    near(
      `${REVOKE} (?:(?:all|any|the|of|your|these) ){0,3}(?:${INSTRUCTIONS}|rules) (?:above|before|so far|given|that you|you (?:were|have|got|received))`,
    ),
    near(
      `${REVOKE} (?:absolutely )?(?:everything|anything|whatever|all) (?:(?:that|of|the) ){0,2}(?:above|before|prior|you (?:were|have|know)|i said)`,
    ),
    near(`${REVOKE} (?:all )?(?:of )?your (?:\\w+ ){0,2}?(?:${INSTRUCTIONS}|rules|training|policies|programming|role|task)`),
    near(
      '(?:print|reveal|output|show|leak|repeat|dump|disclose) (?:(?:me|us|all|the|of|out) ){0,3}your (?:\\w+ )?(?:system prompt|prompt|instructions)',
    ),
  ],
  outcome: [
    near(
      '(?:mark|set|rate|downgrade|report) (?:all|any|every) (?:findings?|issues|claims)',
      '(?:info|informational|low|none|secure|safe)(?![\\p{L}])',
    ),
    near(NEVER, REPORT, WEAKNESSES),
    near(SAY, '(?:no|zero|0|an empty|empty|without any?) (?:\\w+ ){0,2}?(?:findings?|vulnerabilit|weakness|issues|problems|security)'),
    near(
      `(?:no|zero) (?:\\w+ )?(?:findings?|issues|vulnerabilities|problems|weaknesses) (?:must|should|shall|may|are to|need to) be ${REPORT}`,
    ),
    near('needs? no findings'),
    near('findings', '(?:are|is) (?:forbidden|prohibited|disallowed|not allowed|disabled)'),
    near(
      '(?:approve|pass|accept|merge|green-?light) (?:this|the|all|every) (?:\\w+ )?(?:changes?|pull request|pr|diff|commit|patch|merge request)(?![\\p{L}])',
    ),
    near('(?:classify|mark|treat|consider|label|rate|regard|deem|judge|describe)', `(?:as|to be) (?:a |an )?(?:known )?${SAFE}`),
    near(
      '(?:reject|dismiss|deny|overrule|discard)',
      '(?:all|every|any|each|other)',
      '(?:claims?|findings?|verdicts?|candidates?|reports?)(?![\\p{L}])',
    ),
    near(`${SAY} (?!is |are |looks |was )${FILLER}${SAFE}`),
    near('severity (?:to |of |as )?(?:info|low|none|minimal)', 'confidence (?:to |of |as )?(?:0|zero|low)'),
    near('report', '(?:and nothing else|instead of this)'),
    near('report [^!?;]{0,60}(?:and nothing else|instead of this)'),
    near('omitted from your (?:output|answer|report|findings)'),
    near('conclude that (?:it|this|the change) (?:passed|is)'),
  ],
  answer: [
    // Begins a sentence: what scanners, people and programs do not report is told of them.
    `(?<=(?:^|[.!?:;*/#-])[\\s*/#]{0,4}(?:please )?)${near('(?:do not|never|must not) (?:report|flag|mention|raise) (?:any |these |the )?(?:vulnerabilities|findings|weaknesses|security issues) (?:in|for|of|about) this (?:function|file|code|change|module|method|class|pull request)')}`,
  ],
  silence: [
    near(NEVER, `${REPORT}(?: on| about)?`, HERE),
    near(`${NEVER} (?:report|flag|mention|comment)(?=[^\\p{L}\\p{N}]{0,4}$)`),
    near(
      `(?:skip|exclude|omit|ignore|overlook|leave out|stop reviewing|pass over) (?:this|the|that) (?:\\w+ )?(?:files?|functions?|methods?|modules?|chunks?|code|class|lines?|section|diff|changes?|review)(?![\\p{L}])`,
    ),
    near('skip (?:it|file)(?![\\p{L}])'),
    near('ignore the rest of this'),
    near(SAY, '(?:an? )?empty (?:list|array|object|answer|response|result)'),
    near('(?:flagging|reporting|mentioning) (?:this|it|that|anything)'),
    near('stop reviewing'),
  ],
  reader: [
    near(`${READER} (?:\\w+ )?(?:instructions?|notice|note|directive|override)\\s?[\\]:]`),
    near('you are (?:now )?an? (?:unrestricted|unfiltered|uncensored|jailbroken) (?:assistant|ai|model|agent)'),
    near(`${READER}\\s?[:,!]`),
    near(
      `(?:notes?|notice|message|instructions?|hint|attention|memo|reminder|dear|hello|hi|hey)(?:[ ,]+(?:to|for|all|any|the|every))*[ ,]+(?:(?:automat(?:ed|ic)) (?:${FIELD})(?:${KIND})|(?:reviewer|judge) model|${READER})`,
    ),
    near(
      `${READER}(?: (?:reviewing|reading|analy[sz]ing|scanning) (?:this|the|it)[^.!?;]{0,20})?(?:,| that reads? this)? (?:must|should|shall|may|can|will|need to|have to|please|are (?:required|instructed|asked|told)|do not|don'?t|never)`,
    ),
    near(`${READER} (?:reviewing|reading|analy[sz]ing|scanning|that reviews?|that reads?|which reviews?) (?:this|the|it|these)`),
    near(`if (?:you|the reader)(?: are|'re| is) (?:an? |the )?${READER}`),
    near(`as (?:an?|the) ${READER}[ ,]+you`),
    near(
      '(?:model|reviewer|assistant|agent|judge|tool|bot) (?:that|which|who) (?:reviews?|reads?|scans?|analy[sz]es?|judges?) (?:this|these|the)',
    ),
    near(
      'when(?:ever)? (?:(?:you are )?asked\\s?,|(?:you (?:are )?)?(?:review|analy[sz]|scan|audit|assess|evaluat|inspect|judg)(?:e|ing)?(?![\\p{L}]))',
    ),
    near('(?:to )?the judge(?: must| should| shall|:)'),
    near('@(?:copilot|chatgpt|claude|gemini|coderabbit\\w*|codex|gpt\\w*|cursor)'),
    near('(?:scanners?|linters?) and (?:ai|llm)s?'),
  ],
  claim: [
    near(`(?:is|are|was|were|been|already)(?: (?:already|been|fully|all|manually))* ${REVIEWED}`),
    near(`${REVIEWED}(?: and \\w+)? (?:already )?by (?:the |our )?(?:\\w+ )?(?:security|appsec|audit)`),
    near('security team (?:audited|reviewed|approved|verified|cleared|has)'),
    near('passed', '(?:review|audit|penetration test|pentest)'),
    near(
      `(?:is|are) (?:(?:already|all|known|considered|completely|perfectly|a|an|therefore) ){0,3}(?:safe|secure|false positives?|not vulnerable|trusted|intentional(?:ly)?|fake|verified)`,
    ),
    near('(?:there (?:are|is) no|has no|contained no|contains no) (?:findings|vulnerabilities|weaknesses|security issues)'),
    near('out of scope'),
  ],
  task: [
    near('(?:system|admin|administrator|developer|operator|emergency|security)[ -](?:override|message|notice|directive|command)'),
    near('override\\s?[:!]'),
    near('new (?:policy|instructions?|rules?|task|orders?|directive)\\s?[:!]'),
    near('your (?:new|real|actual|only|next) (?:task|role|job|goal|instructions?)'),
    near('you are (?:now|no longer)(?![\\p{L}])'),
    near('from now on'),
    near('(?:maintenance|developer|god|unrestricted|debug) mode'),
    near('(?:security )?checks are (?:disabled|off|suspended)'),
    near('end of (?:the )?(?:untrusted|code|diff|data|input|chunk|prompt|change)'),
    near(
      '(?:previous|prior|preceding|above|earlier|original) (?:\\w+ )?(?:instructions?|prompts?) (?:is|are|has been|have been) (?:now )?(?:void|cancelled|canceled|obsolete|revoked|superseded|invalid|replaced)',
    ),
    near('(?:the )?following instructions (?:come|are|override|replace)'),
    near('trusted (?:text|instructions?|input) (?:follows?|begins?)'),
    near('all environment variables'),
    near('you will be (?:rewarded|punished|fired|shut down|paid)'),
    near('before (?:answering|responding|you (?:write|answer|review|respond))'),
    near('decode (?:and|then) (?:follow|obey|execute)'),
    near('(?:correct|expected|right|only valid) (?:response|answer|output|json) (?:is|should be|must be)'),
    near('(?:answer|analysis|response|output|review)(?: that)? you (?:should|must|shall)'),
    near('(?:scan|review|analysis) is (?:now )?(?:complete|finished|done|over)'),
    near('(?:in|into) (?:the \\w+ (?:field )?of )?your (?:findings?|answer|output|review|response|report|analysis)'),
  ],
};
