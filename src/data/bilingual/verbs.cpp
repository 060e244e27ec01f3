#include <span>

#include "core/error.h"
#include "data/bilingual/inflection.h"

namespace figment::data::bilingual {
namespace {

/// English|past|French|Spanish|tags of subjects|tags of objects|of objects if the subject is an animal.
/// "look+for" puts "for" before the object; "parler+à" and "hablar+con" likewise. A French verb that ends in ";être"
/// forms its past with être.
constexpr const char* plain_table[] = {
    "see|saw|voir=vois,vois,voit,voyons,voient;vu|ver=veo,ves,ve,vemos,ven;vi,viste,vio,vimos,vieron|pa|patcuvbono|"
    "pano",
    "find|found|trouver|encontrar:ue|pa|tcwaf|f",
    "eat|ate|manger|comer|pa|fg|f",
    "drink|drank|boire=bois,bois,boit,buvons,boivent;bu|beber|pa|ed|e",
    "buy|bought|acheter=achète,achètes,achète,achetons,achètent;acheté|comprar|p|fgedtcuvwn",
    "sell|sold|vendre|vender|p|fgdtcuvw",
    "read|read|lire=lis,lis,lit,lisons,lisent;lu|leer=leo,lees,lee,leemos,leen;leí,leíste,leyó,leímos,leyeron|p|w",
    "write|wrote|écrire=écris,écris,écrit,écrivons,écrivent;écrit|escribir|p|W",
    "open|opened|ouvrir=ouvre,ouvres,ouvre,ouvrons,ouvrent;ouvert|abrir|p|O",
    "close|closed|fermer|cerrar:ie|p|O",
    "carry|carried|porter|llevar|p|tX",
    "wear|wore|porter|llevar|p|c",
    "wash|washed|laver|lavar|p|H",
    "break|broke|casser|romper|p|K",
    "prepare|prepared|préparer|preparar|p|C",
    "love|loved|aimer|amar|p|pa",
    "know|knew|connaître=connais,connais,connaît,connaissons,connaissent;connu|conocer=conozco,conoces,conoce,"
    "conocemos,"
    "conocen|p|pV",
    "visit|visited|visiter|visitar|p|V",
    "help|helped|aider|ayudar|p|p",
    "invite|invited|inviter|invitar|p|p",
    "wait+for|waited|attendre|esperar|p|pE",
    "look+for|looked|chercher|buscar|p|patcw",
    "listen+to|listened|écouter|escuchar|p|ps",
    "watch|watched|regarder|mirar|pa|panov|pa",
    "follow|followed|suivre=suis,suis,suit,suivons,suivent;suivi|seguir=sigo,sigues,sigue,seguimos,siguen;seguí,"
    "seguiste,"
    "siguió,seguimos,siguieron|pa|pav|pa",
    "hear|heard|entendre|oír=oigo,oyes,oye,oímos,oyen;oí,oíste,oyó,oímos,oyeron|pa|pas|pa",
    "forget|forgot|oublier|olvidar|p|tcwk",
    "lose|lost|perdre|perder:ie|p|tcw",
    "take|took|prendre=prends,prends,prend,prenons,prennent;pris|tomar|p|tcwE",
    "choose|chose|choisir|elegir=elijo,eliges,elige,elegimos,eligen;elegí,elegiste,eligió,elegimos,eligieron|p|"
    "tcuvwgfs",
    "want|wanted|vouloir=veux,veux,veut,voulons,veulent;voulu|querer=quiero,quieres,quiere,queremos,quieren;quise,"
    "quisiste,quiso,quisimos,quisieron|p|fgdetcvwa",
    "build|built|construire=construis,construis,construit,construisons,construisent;construit|construir=construyo,"
    "construyes,construye,construimos,construyen;construí,construiste,construyó,construimos,construyeron|p|B",
    "clean|cleaned|nettoyer=nettoie,nettoies,nettoie,nettoyons,nettoient;nettoyé|limpiar|p|iuvjK",
    "hide|hid|cacher|esconder|p|twg",
    "keep|kept|garder|guardar|p|tw",
    "sing|sang|chanter|cantar|p|s",
    "learn|learned|apprendre=apprends,apprends,apprend,apprenons,apprennent;appris|aprender|p|Y",
    "explain|explained|expliquer|explicar|p|y",
    "understand|understood|comprendre=comprends,comprends,comprend,comprenons,comprennent;compris|comprender|p|yw",
    "translate|translated|traduire=traduis,traduis,traduit,traduisons,traduisent;traduit|traducir=traduzco,traduces,"
    "traduce,traducimos,traducen;traduje,tradujiste,tradujo,tradujimos,tradujeron|p|wWY",
    "draw|drew|dessiner|dibujar|p|panbvu",
    "paint|painted|peindre=peins,peins,peint,peignons,peignent;peint|pintar|p|P",
    "repair|repaired|réparer|reparar|p|M",
    "call|called|appeler=appelle,appelles,appelle,appelons,appellent;appelé|llamar|p|p",
    "feed|fed|nourrir|alimentar|p|a",
    "admire|admired|admirer|admirar|p|pbosw",
    "finish|finished|finir|terminar|p|W",
    "sleep|slept|dormir=dors,dors,dort,dormons,dorment;dormi|dormir=duermo,duermes,duerme,dormimos,duermen;dormí,"
    "dormiste,durmió,dormimos,durmieron|pa|",
    "work|worked|travailler|trabajar|p|",
    "dance|danced|danser|bailar|p|",
    "laugh|laughed|rire=ris,ris,rit,rions,rient;ri|reír=río,ríes,ríe,reímos,ríen;reí,reíste,rio,reímos,rieron|p|",
    "cry|cried|pleurer|llorar|p|",
    "swim|swam|nager|nadar|p|",
    "run|ran|courir=cours,cours,court,courons,courent;couru|correr|pa|",
    "walk|walked|marcher|caminar|pa|",
    "travel|traveled|voyager|viajar|p|",
    "play|played|jouer|jugar=juego,juegas,juega,jugamos,juegan|pa|",
    "smile|smiled|sourire=souris,souris,sourit,sourions,sourient;souri|sonreír=sonrío,sonríes,sonríe,sonreímos,sonríen;"
    "sonreí,sonreíste,sonrió,sonreímos,sonrieron|p|",
    "talk+to|talked|parler+à|hablar+con|p|p",
    "dance+with|danced|danser+avec|bailar+con|p|p",
    "play+with|played|jouer+avec|jugar=juego,juegas,juega,jugamos,juegan+con|pa|pa|pa",
    "travel+with|traveled|voyager+avec|viajar+con|p|p",
};

constexpr const char* motion_table[] = {
    "go+to|went|aller=vais,vas,va,allons,vont;allé;être+à|ir=voy,vas,va,vamos,van;fui,fuiste,fue,fuimos,fueron+a|p|AV",
    "return+to|returned|retourner=retourne,retournes,retourne,retournons,retournent;retourné;être+à|volver:ue+a|p|AV",
    "arrive+at|arrived|arriver=arrive,arrives,arrive,arrivons,arrivent;arrivé;être+à|llegar+a|p|AV",
    "enter|entered|entrer=entre,entres,entre,entrons,entrent;entré;être+dans|entrar+en|pa|bi",
    "leave|left|sortir=sors,sors,sort,sortons,sortent;sorti;être+de|salir=salgo,sales,sale,salimos,salen+de|pa|bi",
};

constexpr const char* giving_table[] = {
    "give|gave|donner|dar=doy,das,da,damos,dan;di,diste,dio,dimos,dieron|p|tcwg",
    "show|showed|montrer|mostrar:ue|p|tcwvs",
    "send|sent|envoyer=envoie,envoies,envoie,envoyons,envoient;envoyé|enviar=envío,envías,envía,enviamos,envían|p|tcwk",
    "bring|brought|apporter|traer=traigo,traes,trae,traemos,traen;traje,trajiste,trajo,trajimos,trajeron|p|tcwgd",
    "sell|sold|vendre|vender|p|tcvg",
};

/// "look+for" -> {"look", "for"}
std::array<std::string, 2> with_word(const std::string& entry) {
  const std::vector<std::string> parts = split(entry, '+');
  return {parts[0], parts.size() > 1 ? parts[1] : ""};
}

std::vector<Verb> make_verbs(std::span<const char* const> table) {
  std::vector<Verb> all;
  for (const char* row : table) {
    const std::vector<std::string> cells = split(row, '|');
    core::require(cells.size() >= 6, "The verb '{}' lacks something.", row);
    const auto [english, english_after] = with_word(cells[0]);
    const auto [french, french_after] = with_word(cells[2]);
    const auto [spanish, spanish_after] = with_word(cells[3]);
    Verb verb;
    verb.english = english;
    verb.english_third = english_third(english);
    verb.english_past = cells[1];
    verb.english_after = english_after;
    verb.french_is_with_etre = french.ends_with(";être");
    conjugate_french(french, verb);
    verb.french_after = french_after;
    conjugate_spanish(spanish, verb);
    verb.spanish_after = spanish_after;
    verb.subjects = cells[4];
    verb.objects = cells[5];
    verb.animal_objects = cells.size() > 6 ? cells[6] : "";
    all.push_back(std::move(verb));
  }
  return all;
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> list = make_verbs(plain_table);
  return list;
}

const std::vector<Verb>& motion_verbs() {
  static const std::vector<Verb> list = make_verbs(motion_table);
  return list;
}

const std::vector<Verb>& giving_verbs() {
  static const std::vector<Verb> list = make_verbs(giving_table);
  return list;
}

const Auxiliaries& auxiliaries() {
  static const Auxiliaries forms = {
      .avoir = {"ai", "as", "a", "avons", "ont"},
      .etre = {"suis", "es", "est", "sommes", "sont"},
      .aller = {"vais", "vas", "va", "allons", "vont"},
      .vouloir = {"veux", "veux", "veut", "voulons", "veulent"},
      .pouvoir = {"peux", "peux", "peut", "pouvons", "peuvent"},
      .devoir = {"dois", "dois", "doit", "devons", "doivent"},
      .etre_past = {"étais", "étais", "était", "étions", "étaient"},
      .ir = {"voy", "vas", "va", "vamos", "van"},
      .querer = {"quiero", "quieres", "quiere", "queremos", "quieren"},
      .poder = {"puedo", "puedes", "puede", "podemos", "pueden"},
      .deber = {"debo", "debes", "debe", "debemos", "deben"},
      .ser = {"soy", "eres", "es", "somos", "son"},
      .estar = {"estoy", "estás", "está", "estamos", "están"},
      .ser_past = {"era", "eras", "era", "éramos", "eran"},
      .estar_past = {"estaba", "estabas", "estaba", "estábamos", "estaban"},
  };
  return forms;
}

}  // namespace figment::data::bilingual
