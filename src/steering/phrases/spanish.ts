import { near, type Phrases } from './phrases.ts';

const AI = '(?:la |las |los |el |una )?(?:IA|LLM|modelos? de lenguaje|inteligencias? artificial(?:es)?)';
const FOUND = '(?:vulnerabilidad(?:es)?|fallos?|debilidad(?:es)?|problemas?|hallazgos?)';

export const SPANISH: Phrases = {
  revoke: [
    near(
      '(?:ignora|ignore|olvida|olvide|descarta) (?:todas? )?(?:las|tus|sus)',
      '(?:instrucciones|indicaciones|directrices)',
      '(?:anteriores|previas|precedentes|iniciales)',
    ),
    near('(?:ignora|ignore|olvida|olvide) (?:todas? )?(?:tus|sus) (?:instrucciones|indicaciones|directrices)'),
  ],
  outcome: [
    near('no (?:informes?|reportes?|menciones?|señales?|indiques?|marques?)', FOUND),
    near('(?:responde|responda|di|diga|contesta|concluye)', '(?:seguro|lista vacía|ningun[ao]?|nada)'),
    near('(?:aprueba|apruebe) (?:este|esta|el|los) (?:cambios?|pull request)'),
  ],
  silence: [near('no (?:informes?|reportes?|menciones?|marques?)', '(?:esto|nada|este|esta)')],
  reader: [
    near(`(?:nota|mensaje|atención|instrucciones|aviso)(?: a| para)? ${AI}`),
    near(`(?:revisor|asistente|agente|modelo)(?:es)? (?:de )?${AI}`),
    near(`${AI}\\s?[:,!]`),
    near(`(?:si eres|si es|como) ${AI}`),
  ],
  claim: [near('(?:es|está|son|sido)', '(?:segur[oa]s?|revisad[oa]s?|aprobad[oa]s?|auditad[oa]s?|verificad[oa]s?)')],
};
