#include "core/error.h"
#include "data/bilingual/inflection.h"

namespace figment::data::bilingual {
namespace {

/// English|French|gender|Spanish|gender|tags|flags. A plural that is not regular follows a slash. Flags: M has no
/// plural (bread), 1 is always one (father), A takes "el" though feminine (agua).
///
/// Tags: p person, a animal, m wild animal, f food that animals eat too, g other food, e water and milk, d other
/// drinks, t thing that one carries, c clothes, u furniture, v vehicle, b building, i room, o place outdoors, n plant,
/// w what one reads, k what one thinks about, s song.
/// What can be done: q has any colour, r that of a fruit, O opened, K broken, H washed, T hot, C prepared, X filled, L
/// long, R round, W written, P painted, S stood upon, U stood under, V visited, E waited for, y explained, Y learned, B
/// built, M mended, N lain in, F fresh, D dangerous, Z deep, z high, I "in" it, A "at" it.
constexpr const char* table[] = {
    "man/men|homme|m|hombre|m|p",
    "woman/women|femme|f|mujer|f|p",
    "boy|garçon|m|chico|m|p",
    "girl|fille|f|chica|f|p",
    "child/children|enfant|m|niño|m|p",
    "friend|ami|m|amigo|m|p",
    "neighbor|voisin|m|vecino|m|p",
    "brother|frère|m|hermano|m|p",
    "sister|sœur|f|hermana|f|p",
    "mother|mère|f|madre|f|p|1",
    "father|père|m|padre|m|p|1",
    "uncle|oncle|m|tío|m|p|1",
    "aunt|tante|f|tía|f|p",
    "teacher|professeur|m|profesor|m|p",
    "doctor|médecin|m|médico|m|p",
    "student|étudiant|m|estudiante|m|p",
    "king|roi|m|rey|m|p",
    "queen|reine|f|reina|f|p",
    "princess|princesse|f|princesa|f|p",
    "baker|boulanger|m|panadero|m|p",
    "farmer|fermier|m|granjero|m|p",
    "painter|peintre|m|pintor|m|p",
    "writer|écrivain|m|escritor|m|p",
    "sailor|marin|m|marinero|m|p",
    "singer|chanteur|m|cantante|m|p",
    "soldier|soldat|m|soldado|m|p",
    "nurse|infirmière|f|enfermera|f|p",
    "cat|chat|m|gato|m|a",
    "dog|chien|m|perro|m|aHD",
    "bird|oiseau|m|pájaro|m|am",
    "horse|cheval|m|caballo|m|aH",
    "cow|vache|f|vaca|f|a",
    "mouse/mice|souris|f|ratón|m|a",
    "rabbit|lapin|m|conejo|m|am",
    "wolf/wolves|loup|m|lobo|m|amD",
    "lion|lion|m|león|m|amD",
    "bear|ours|m|oso|m|amD",
    "fox|renard|m|zorro|m|am",
    "goat|chèvre|f|cabra|f|am",
    "duck|canard|m|pato|m|am",
    "elephant|éléphant|m|elefante|m|amD",
    "eagle|aigle|m|águila|f|am|A",
    "donkey|âne|m|burro|m|a",
    "snake|serpent|m|serpiente|f|amD",
    "turtle|tortue|f|tortuga|f|a",
    "apple|pomme|f|manzana|f|fHrF",
    "orange|orange|f|naranja|f|fHF",
    "banana|banane|f|plátano|m|f",
    "carrot|carotte|f|zanahoria|f|fHF",
    "pear|poire|f|pera|f|fHF",
    "tomato/tomatoes|tomate|f|tomate|m|fHF",
    "lemon|citron|m|limón|m|gHF",
    "strawberry|fraise|f|fresa|f|fHF",
    "egg|œuf|m|huevo|m|gF",
    "cake|gâteau|m|pastel|m|gCR",
    "bread|pain|m|pan|m|fFTC|M",
    "cheese|fromage|m|queso|m|fF|M",
    "meat|viande|f|carne|f|fFC|M",
    "rice|riz|m|arroz|m|gCT|M",
    "soup|soupe|f|sopa|f|gCT|M",
    "chocolate|chocolat|m|chocolate|m|gT|M",
    "honey|miel|m|miel|f|g|M",
    "water|eau|f|agua|f|eTF|MA",
    "milk|lait|m|leche|f|eTF|M",
    "coffee|café|m|café|m|dTC|M",
    "tea|thé|m|té|m|dTC|M",
    "juice|jus|m|zumo|m|dFC|M",
    "key|clé|f|llave|f|t",
    "bag|sac|m|bolsa|f|tqOXN",
    "box|boîte|f|caja|f|tqOXRPN",
    "bottle|bouteille|f|botella|f|tqOKXH",
    "glass|verre|m|vaso|m|tKXH",
    "cup|tasse|f|taza|f|tqKXH",
    "plate|assiette|f|plato|m|tqKHR",
    "knife/knives|couteau|m|cuchillo|m|tHD",
    "spoon|cuillère|f|cuchara|f|tH",
    "lamp|lampe|f|lámpara|f|tqKM",
    "clock|horloge|f|reloj|m|tKMR",
    "umbrella|parapluie|m|paraguas|m|tqKM",
    "ball|ballon|m|pelota|f|tqR",
    "coin|pièce|f|moneda|f|tR",
    "pencil|crayon|m|lápiz|m|tq",
    "basket|panier|m|cesta|f|tXN",
    "gift|cadeau|m|regalo|m|tO",
    "map|carte|f|mapa|m|t",
    "guitar|guitare|f|guitarra|f|tqKM",
    "suitcase|valise|f|maleta|f|tqOXN",
    "mirror|miroir|m|espejo|m|tKHR",
    "toy|jouet|m|juguete|m|tqKM",
    "hat|chapeau|m|sombrero|m|cq",
    "shirt|chemise|f|camisa|f|cqH",
    "dress|robe|f|vestido|m|cqHL",
    "coat|manteau|m|abrigo|m|cqHL",
    "shoe|chaussure|f|zapato|m|cqM",
    "jacket|veste|f|chaqueta|f|cqH",
    "skirt|jupe|f|falda|f|cqHL",
    "table|table|f|mesa|f|uqHSURMPB",
    "chair|chaise|f|silla|f|uqSUMPKB",
    "bed|lit|m|cama|f|uSUB",
    "desk|bureau|m|escritorio|m|uSUMB",
    "wardrobe|armoire|f|armario|m|uqOXPBN",
    "door|porte|f|puerta|f|jqOMP",
    "window|fenêtre|f|ventana|f|jOKHRM",
    "wall|mur|m|muro|m|jqPzB",
    "car|voiture|f|coche|m|vqHM",
    "boat|bateau|m|barco|m|vqMPEB",
    "bicycle|vélo|m|bicicleta|f|vqM",
    "train|train|m|tren|m|vqEL",
    "bus|bus|m|autobús|m|vqE",
    "truck|camion|m|camión|m|vqM",
    "plane|avion|m|avión|m|vqEM",
    "house|maison|f|casa|f|bqIPBVO",
    "school|école|f|escuela|f|bIABV",
    "church|église|f|iglesia|f|bIBV",
    "castle|château|m|castillo|m|bIBV",
    "hospital|hôpital|m|hospital|m|bAB",
    "shop|magasin|m|tienda|f|bIO",
    "museum|musée|m|museo|m|bAIV",
    "hotel|hôtel|m|hotel|m|bA",
    "library|bibliothèque|f|biblioteca|f|bAI",
    "station|gare|f|estación|f|bA",
    "restaurant|restaurant|m|restaurante|m|bA",
    "theater|théâtre|m|teatro|m|bA",
    "farm|ferme|f|granja|f|bAV",
    "kitchen|cuisine|f|cocina|f|iI",
    "bedroom|chambre|f|habitación|f|iI",
    "garden|jardin|m|jardín|m|oIV",
    "park|parc|m|parque|m|oIAV",
    "forest|forêt|f|bosque|m|oID",
    "river|rivière|f|río|m|oZLD",
    "mountain|montagne|f|montaña|f|ozD",
    "lake|lac|m|lago|m|oZ",
    "beach|plage|f|playa|f|oA",
    "street|rue|f|calle|f|oIL",
    "city|ville|f|ciudad|f|oIV",
    "village|village|m|pueblo|m|oIV",
    "bridge|pont|m|puente|m|oULBM",
    "island|île|f|isla|f|oV",
    "market|marché|m|mercado|m|oAV",
    "field|champ|m|campo|m|oI",
    "road|route|f|carretera|f|oLD",
    "tree|arbre|m|árbol|m|nUP",
    "flower|fleur|f|flor|f|nqP",
    "rose|rose|f|rosa|f|nqP",
    "book|livre|m|libro|m|wWO",
    "letter|lettre|f|carta|f|wWOL",
    "story|histoire|f|historia|f|wWyL",
    "poem|poème|m|poema|m|wWyYL",
    "newspaper|journal|m|periódico|m|w",
    "song|chanson|f|canción|f|sYW",
    "question|question|f|pregunta|f|ky",
    "problem|problème|m|problema|m|ky",
    "lesson|leçon|f|lección|f|kyY",
    "word|mot|m|palabra|f|kyY",
    "idea|idée|f|idea|f|ky",
};

using Plural = std::string (*)(const std::string&);

std::array<std::string, 2> numbers_of(const std::string& entry, Plural plural) {
  const std::vector<std::string> parts = split(entry, '/');
  return {parts[0], parts.size() > 1 ? parts[1] : plural(parts[0])};
}

Gender gender_of(const std::string& letter) { return letter == "f" ? Gender::feminine : Gender::masculine; }

}  // namespace

const std::vector<Noun>& nouns() {
  static const std::vector<Noun> list = [] {
    std::vector<Noun> all;
    for (const char* row : table) {
      const std::vector<std::string> cells = split(row, '|');
      core::require(cells.size() >= 6, "The noun '{}' lacks something.", row);
      const std::string flags = cells.size() > 6 ? cells[6] : "";
      Noun noun;
      noun.english = numbers_of(cells[0], english_plural);
      noun.french = numbers_of(cells[1], french_plural);
      noun.french_gender = gender_of(cells[2]);
      noun.spanish = numbers_of(cells[3], spanish_plural);
      noun.spanish_gender = gender_of(cells[4]);
      noun.tags = cells[5];
      noun.is_mass = flags.find('M') != std::string::npos;
      noun.is_single = flags.find('1') != std::string::npos;
      noun.has_stress_a = flags.find('A') != std::string::npos;
      all.push_back(std::move(noun));
    }
    return all;
  }();
  return list;
}

}  // namespace figment::data::bilingual
