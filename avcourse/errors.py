"""What can go wrong, one exception per situation, each with its sentence in both languages.

A learner or trainer sees only ``error.sentence(language)``: it names the thing, the place and the mend.

AvcourseError
├── MaterialMissing         built course material is not where it should be
├── NoQuestion              an address or question id that the course does not have
├── FolderNotWritable       the learner's folder cannot be written
├── FolderDamaged           the learner's marker file cannot be read
├── StudentIdWrong          an id that cannot name a participant
├── NotACheckout            an author's command without the sources
├── FileNotRead             a file that the person named cannot be read
├── FileNotWritten          a file that the person named cannot be written
├── PublishedTooSoon        publishing again before five people changed
├── AnswerNotSaved          an answer could not be written to the log
├── ExampleInOwnFolder      the worked example asked for in a folder with somebody's own work
├── RecordRefused           a piece of the municipality's work that could not have been entered on its form
├── ImportRefused           a file to be read in (Excel, CSV, JSON) that does not fit; nothing is changed
├── DocumentFailed          a Word, PDF or Excel document that could not be made
├── NotALearnerFolder       a learner's command outside a learner's folder
├── NotInClass              submitting without having joined a class
├── CardUnreadable          the class card is not a class card
├── NothingToSubmit         no answers yet
├── SubmitFailed            the exchange refused a submission
│   ├── ExchangeMissing     the exchange or the class in it cannot be reached
│   ├── NotReleased         the trainer has not released the assignment
│   ├── AnswersTooLarge     a log beyond any honest size
│   └── ExchangeOnWindows   nbgrader's exchange refuses Windows
├── NotAClass               a trainer's command outside a class folder
├── ClassExists             `class new` in a folder that already holds a class
├── ClassIdWrong            an id of a class with other characters than an id has
├── NoAssignment            an assignment that the course or the class does not have
├── NothingReleased         grading before anything was released to the class
├── KeysMissing             no key file at hand (a wheel has none)
├── KeyUnknown              the key file of a class lacks a question of an assignment
├── CollectFailed           submissions could not be brought into the class folder
├── GradebookFailed         the gradebook is missing, busy or broken
├── ReleaseFailed           nbgrader could not make or release an assignment
│   └── AssignmentFrozen    its graded cells changed after somebody had submitted
├── ResponsesUnreadable     a log that cannot be read at all
└── NoFreePort              no port could be opened on this machine
"""

from __future__ import annotations


class AvcourseError(Exception):
    """Base of all errors of avcourse; ``et`` and ``en`` are templates filled with the error's fields."""

    et = "Midagi läks valesti."
    en = "Something went wrong."

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.en.format(**fields))

    def sentence(self, language: str) -> str:
        """Return the sentence for people, in Estonian (``"et"``) or English (``"en"``)."""
        template = self.et if language == "et" else self.en
        # A field may itself speak both languages (course.language.Text, which this module cannot import).
        fields = {key: value.in_(language) if hasattr(value, "in_") else value for key, value in self.fields.items()}
        return template.format(**fields)


class MaterialMissing(AvcourseError):
    """Built course material is missing: field ``path``."""

    et = "Kursuse materjali ei leitud: {path}. Paigaldage avcourse uuesti või käivitage „avcourse build“."
    en = "Course material not found: {path}. Install avcourse again or run ‘avcourse build’."


class NoQuestion(AvcourseError):
    """No question at an address: field ``address``."""

    et = "Kursusel ei ole küsimust „{address}“. Kontrollige aadressi failis course/course.json."
    en = "The course has no question ‘{address}’. Check the address in course/course.json."


class FolderNotWritable(AvcourseError):
    """The learner's folder cannot be written: field ``path``, ``reason``."""

    et = "Kausta {path} ei saa kirjutada ({reason}). Valige teine kaust: avcourse start --dir KAUST."
    en = "The folder {path} cannot be written ({reason}). Choose another one: avcourse start --dir FOLDER."


class FolderDamaged(AvcourseError):
    """The marker of a learner's folder is damaged: field ``path``."""

    et = "Fail {path} on rikutud. Sulgege leht ja avage kursus uuesti käsuga „avcourse start“; vastused on alles."
    en = "The file {path} is damaged. Close the page and open the course again with ‘avcourse start’; your answers are safe."


class StudentIdWrong(AvcourseError):
    """An id cannot name a participant: field ``student``."""

    et = "Tunnus „{student}“ ei sobi. Kasutage 1–64 märki: tähti a–z, numbreid, punkti, sidekriipsu, alakriipsu ja @-märki."
    en = "The id ‘{student}’ does not fit. Use 1 to 64 characters: letters a–z, digits, full stop, hyphen, underscore and @."


class NotACheckout(AvcourseError):
    """An author's command in an installation without sources."""

    et = "See käsk on autoritele ja vajab kursuse koodihoidlat: selles paigalduses ei ole kursuse allikaid."
    en = "This command is for authors and needs a checkout of the course: this installation has no sources."


class FileNotRead(AvcourseError):
    """A file that the person named cannot be read: fields ``path``, ``reason``."""

    et = "Faili {path} ei saa lugeda ({reason}). Kontrollige faili nime ja asukohta."
    en = "The file {path} cannot be read ({reason}). Check its name and place."


class FileNotWritten(AvcourseError):
    """A file cannot be written: fields ``path``, ``reason``."""

    et = "Faili {path} ei saa kirjutada: {reason}. Valige teine koht või nimi."
    en = "The file {path} cannot be written: {reason}. Choose another place or name."


class PublishedTooSoon(AvcourseError):
    """Too few people changed since the last publication: fields ``count``, ``path``."""

    et = (
        "Kokkuvõte on juba avaldatud. Sellest ajast muutunud osalejaid: {count}. Uus kokkuvõte näitaks nende tulemusi; "
        "oodake, kuni muutunud on vähemalt viis. Eelmine seis on failis {path}."
    )
    en = (
        "The figures were published already. Participants changed since: {count}. New figures would show their results; "
        "wait until at least five have changed. The last state is in {path}."
    )


class AnswerNotSaved(AvcourseError):
    """An answer could not be written: fields ``path``, ``reason``."""

    et = "Vastust ei saanud salvestada faili {path}: {reason}. Vastus on lehel alles; proovime uuesti."
    en = "The answer could not be saved to {path}: {reason}. It is kept on this page; we will try again."


class ExampleInOwnFolder(AvcourseError):
    """The worked example would be mixed with somebody's own work: field ``path``."""

    et = "Kaustas {path} on juba teie oma töö. Avage näide teises kaustas: avcourse start --example --dir KAUST."
    en = "The folder {path} already holds your own work. Open the example in another one: avcourse start --example --dir FOLDER."


class RecordRefused(AvcourseError):
    """A record does not fit its form: fields ``name`` (of the form's field, a Text) and ``reason`` (a Text)."""

    et = "Välja „{name}“ ei salvestatud: {reason}"
    en = "The field ‘{name}’ has not been saved: {reason}"


class ImportRefused(AvcourseError):
    """A file does not fit: fields ``file``, ``problem`` (a Text: row, column and mend), ``count`` of problems."""

    et = "Faili „{file}“ ei võetud vastu ja midagi ei muudetud. {problem} Vigu kokku: {count}."
    en = "The file ‘{file}’ was not accepted and nothing was changed. {problem} Problems in all: {count}."


class DocumentFailed(AvcourseError):
    """A document could not be made: fields ``name``, ``reason``."""

    et = "Dokumenti „{name}“ ei õnnestunud koostada: {reason}. Teie andmed on alles; proovige uuesti."
    en = "The document ‘{name}’ could not be made: {reason}. Your data are safe; try again."


class NotALearnerFolder(AvcourseError):
    """No learner's folder: field ``path``."""

    et = "Kaust {path} ei ole õppija kaust. Avage kursus: avcourse start --dir {path}."
    en = "{path} is not a learner’s folder. Open the course first: avcourse start --dir {path}."


class NotInClass(AvcourseError):
    """Submitting without a class: field ``folder``."""

    et = "Te ei ole veel üheski klassis. Küsige koolitajalt klassikaart ja käivitage „avcourse join KAART --dir {folder}“."
    en = "You are not in a class yet. Ask your trainer for the class card and run ‘avcourse join CARD --dir {folder}’."


class CardUnreadable(AvcourseError):
    """The class card cannot be read: field ``path``."""

    et = "Fail {path} ei ole klassikaart. Küsige koolitajalt fail class.toml uuesti."
    en = "The file {path} is not a class card. Ask your trainer for class.toml again."


class NothingToSubmit(AvcourseError):
    """No answers yet: field ``assignment``."""

    et = "Ülesandes „{assignment}“ ei ole veel ühtegi vastust. Vastake ja esitage siis."
    en = "There are no answers in ‘{assignment}’ yet. Answer first, then submit."


class SubmitFailed(AvcourseError):
    """The exchange refused: fields ``assignment``, ``exchange``, ``reason``."""

    et = "Ülesannet „{assignment}“ ei saanud esitada kausta {exchange}: {reason}. Vastused on alles; proovige hiljem uuesti."
    en = "‘{assignment}’ could not be submitted to {exchange}: {reason}. Your answers are safe; try again later."


class ExchangeMissing(SubmitFailed):
    """The exchange cannot be reached: fields ``assignment``, ``exchange``."""

    et = (
        "Klassi vahetuskausta {exchange} ei leitud või sinna ei saa kirjutada. Kontrollige võrguketast ja "
        "proovige uuesti; vastused on alles."
    )
    en = "The class exchange {exchange} was not found or cannot be written. Check the network drive and try again; your answers are safe."


class NotReleased(SubmitFailed):
    """The assignment is not released: fields ``assignment``, ``exchange``."""

    et = "Koolitaja ei ole ülesannet „{assignment}“ veel välja andnud. Vastused on alles; küsige koolitajalt, millal see avatakse."
    en = "The trainer has not released ‘{assignment}’ yet. Your answers are safe; ask the trainer when it opens."


class AnswersTooLarge(SubmitFailed):
    """The log is too large: fields ``assignment``, ``path``, ``megabytes``."""

    et = "Vastuste fail {path} on üle {megabytes} MB ja seda ei saa esitada. Näidake seda kausta koolitajale."
    en = (
        "The answer file {path} is larger than {megabytes} MB and cannot be submitted. Show this folder to the trainer."
    )


class ExchangeOnWindows(SubmitFailed):
    """There is no exchange on Windows: field ``assignment``."""

    et = (
        "Windowsis ei saa ülesannet „{assignment}“ siit otse esitada. Laadige testi lehelt alla vastuste fail ja "
        "saatke see koolitajale; vastused on alles."
    )
    en = (
        "On Windows ‘{assignment}’ cannot be submitted from here directly. Download the file of answers from the "
        "test page and send it to your trainer; your answers are safe."
    )


class NotAClass(AvcourseError):
    """Not a class folder: field ``path``."""

    et = "Kaust {path} ei ole klassi kaust. Minge klassi kausta või looge klass: avcourse class new KAUST --id ID."
    en = "{path} is not a class folder. Go to one, or make one: avcourse class new DIR --id ID."


class ClassExists(AvcourseError):
    """A class is there already: field ``path``."""

    et = "Kaustas {path} on juba klass. Valige uus kaust."
    en = "There is already a class in {path}. Choose a new folder."


class ClassIdWrong(AvcourseError):
    """The id of a new class is no id: field ``id``."""

    et = "„{id}“ ei sobi klassi tunnuseks. Kasutage 1–64 märki: väiketähed a–z, numbrid ja sidekriips, näiteks „sygis-2026“."
    en = "‘{id}’ cannot be the id of a class. Use 1–64 characters: lower-case a–z, digits and hyphens, for example ‘autumn-2026’."


class NoAssignment(AvcourseError):
    """No such assignment: fields ``assignment``, ``known``."""

    et = "Ülesannet „{assignment}“ ei ole. Olemas on: {known}."
    en = "There is no assignment ‘{assignment}’. There are: {known}."


class NothingReleased(AvcourseError):
    """Nothing has been released to the class, or not all of it: field ``path``."""

    et = (
        "Klassile kaustas {path} ei ole veel ühtegi ülesannet välja antud või jäi väljaandmine pooleli. Andke "
        "ülesanded välja: avcourse class release."
    )
    en = (
        "Nothing has been released to the class in {path} yet, or the release stopped half-way. Release the "
        "assignments: avcourse class release."
    )


class KeysMissing(AvcourseError):
    """The key file is not at hand: field ``path``."""

    et = "Hindamisvõtit {path} ei ole. Klassi saab avada koolitaja koodihoidlast, mitte õppija paketist."
    en = "There is no key file {path}. A class is opened from the trainer’s checkout, not from the learner’s package."


class KeyUnknown(AvcourseError):
    """A grade cell without its key: fields ``assignment``, ``cell``, ``path``."""

    et = (
        "Ülesande „{assignment}“ küsimusele „{cell}“ ei ole võtit failis {path}. Andke ülesanne uuesti "
        "välja: avcourse class release {assignment}."
    )
    en = "There is no key for ‘{cell}’ of ‘{assignment}’ in {path}. Release it again: avcourse class release {assignment}."


class CollectFailed(AvcourseError):
    """Collecting stopped half-way: fields ``path``, ``reason``."""

    et = (
        "Esitusi ei saanud klassi kausta {path} koguda ({reason}). Kontrollige kettaruumi ja õigusi ning "
        "koguge uuesti; miski ei ole kadunud."
    )
    en = "Submissions could not be collected into {path} ({reason}). Check disk space and permissions, then collect again; nothing is lost."


class GradebookFailed(AvcourseError):
    """The gradebook cannot be read or written: fields ``path``, ``reason``."""

    et = "Hinneteraamatut {path} ei saa kasutada ({reason}). Sulgege teised programmid, mis seda kasutavad, ja proovige uuesti."
    en = "The gradebook {path} cannot be used ({reason}). Close other programs that use it and try again."


class ReleaseFailed(AvcourseError):
    """Nbgrader refused: fields ``assignment``, ``reason``."""

    et = "Ülesannet „{assignment}“ ei saanud välja anda: {reason}."
    en = "‘{assignment}’ could not be released: {reason}."


class AssignmentFrozen(ReleaseFailed):
    """Graded cells were added or removed after the first submission: field ``assignment``."""

    et = (
        "Ülesandes „{assignment}“ on lisatud või kustutatud hinnatavaid küsimusi, kuid osalejad on selle "
        "juba esitanud. Andke muudetud ülesandele uus tunnus."
    )
    en = (
        "Graded questions were added to or removed from ‘{assignment}’, but participants have already "
        "submitted it. Give the changed assignment a new id."
    )


class ResponsesUnreadable(AvcourseError):
    """A log cannot be read at all: fields ``path``, ``reason``."""

    et = "Vastuste faili {path} ei saa lugeda: {reason}. Paluge osalejal uuesti esitada."
    en = "The answer file {path} cannot be read: {reason}. Ask the participant to submit again."


class NoFreePort(AvcourseError):
    """No port could be opened: fields ``first``, ``last``."""

    et = "Pordid {first} kuni {last} on kinni. Valige teine: avcourse start --port N."
    en = "Ports {first} to {last} are taken. Choose another: avcourse start --port N."
