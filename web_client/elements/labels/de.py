"""German."""

from typing import Final

from web_client.elements.labels import Labels

LABELS: Final = Labels(
    name="Assistenz",
    you="Sie",
    talk="Mit {name} sprechen",
    cancel="Anruf bei {name} abbrechen",
    hang_up="Bei {name} auflegen",
    retry="Noch einmal mit {name} sprechen",
    hear="{name} hören",
    loading="Einen Moment…",
    connecting="Wird verbunden…",
    reconnecting="Die Leitung ist abgebrochen. Neue Verbindung…",
    listening="{name} hört zu",
    muted="Ihr Mikrofon ist stumm",
    blocked="Drücken, um den Ton einzuschalten",
    still_there="Noch da? Der Anruf endet in {seconds} s",
    ended_idle_timeout="Der Anruf ist zu Ende: Niemand hat gesprochen",
    ended_max_duration="Der Anruf ist zu Ende: Die Zeit war um",
    ended_server="{name} hat den Anruf beendet",
    failed="Etwas ist schiefgegangen. Drücken, um es noch einmal zu versuchen.",
    boot_failed="Das Laden ist fehlgeschlagen. Prüfen Sie die Verbindung und drücken Sie erneut.",
    write="An {name} schreiben",
    conversation="Gespräch mit {name}",
    close="Schließen",
    placeholder="Nachricht schreiben",
    send="Senden",
    suggestions="Vorschläge",
    new_conversation="Neues Gespräch",
    latest="Neueste Nachrichten",
    here="Für Sie da",
    writing="{name} schreibt",
    offline="Nicht verbunden",
    waiting="Wartet auf den Versand",
    not_sent="Nicht gesendet",
    try_again="Noch einmal",
    copy="Kopieren",
    copied="Kopiert",
    mute="Mikrofon stummschalten",
    transcript="Mitschrift",
    language="Sprache",
    hold_to_talk="Zum Sprechen {key} halten",
    hold="Zum Sprechen halten",
    contact="{name} kontaktieren",
    ways="Wie möchten Sie Kontakt aufnehmen?",
    asking="Die Wege zu {name} werden gesucht…",
    not_found="Nicht alle Wege zu {name} waren herauszufinden.",
    no_way="{name} ist von hier aus gerade nicht zu erreichen.",
    talk_now="Jetzt sprechen",
    talk_now_about="Ein Anruf, direkt hier im Browser",
    write_now="Schreiben",
    write_now_about="Ein Chat mit {name}",
    phone="Telefon",
    new_tab="Öffnet einen neuen Tab",
    call_me="Rückruf",
    call_me_about="{name} ruft Sie an",
    your_number="Ihre Telefonnummer",
    your_name="Ihr Name, wenn Sie mögen",
    no_number="Bitte eine Telefonnummer mit Vorwahl eingeben.",
    sending="Wird gesendet…",
    will_call="Danke. {name} ruft {phone} an.",
    other_number="Andere Nummer",
    not_asked="Das kam nicht an. Bitte die Verbindung prüfen und noch einmal senden.",
    not_accepted="Das wurde nicht angenommen: {reason} Bitte ändern und noch einmal senden.",
    too_long="Das ist zu lang für einen Anruf. Bitte kürzen und noch einmal senden.",
    call="{name} anrufen",
    call_with="Anruf bei {name}",
    back_to_call="Zurück zum Anruf mit {name}",
    call_ended="Anruf beendet",
    speaking="{name} spricht",
    thinking="{name} denkt nach",
    spoken="im Anruf",
    dictate="Nachricht diktieren",
    speak_now="Sprechen Sie jetzt…",
    past="Frühere Gespräche",
    forget="Aus der Liste entfernen",
    good="Gute Antwort",
    bad="Schlechte Antwort",
    ring="Anrufen",
    listen="Zuhören",
    think="Denken",
    speak="Sprechen",
    error_session_error="Das ging nicht. Bitte die Seite neu laden und noch einmal versuchen.",
    error_token_refused="Die Anmeldung zum Gespräch ist fehlgeschlagen: {reason}",
    error_token_without_server=(
        "Diese Seite nennt keinen Server für das Gespräch. Bitte dem Betreiber Bescheid geben."
    ),
    error_microphone_failed=(
        "Das Mikrofon ist nicht zu benutzen. Bitte die Seite neu laden und noch einmal versuchen."
    ),
    error_microphone_refused=(
        "Das Mikrofon ist gesperrt. Bitte in der Adresszeile erlauben und noch einmal versuchen."
    ),
    error_microphone_missing=(
        "Es war kein Mikrofon zu finden. Bitte eines anschließen und noch einmal versuchen."
    ),
    error_microphone_busy=(
        "Das Mikrofon startet nicht. Bitte andere Programme schließen, die es benutzen, und noch "
        "einmal versuchen."
    ),
    error_insecure_page=(
        "Ein Mikrofon braucht eine sichere Seite. Bitte diese Seite mit https:// öffnen."
    ),
    error_recorder_blocked="Hier ist kein Diktat möglich. Bitte die Nachricht schreiben.",
    error_offer_refused=(
        "Der Anruf kam nicht zustande. Bitte die Verbindung prüfen und noch einmal versuchen."
    ),
    error_ice_failed=(
        "Es gibt keine Tonverbindung. Bitte das Netz prüfen oder ein anderes nehmen und noch "
        "einmal versuchen."
    ),
    error_connection_lost=(
        "Die Verbindung ist abgebrochen. Bitte das Netz prüfen und noch einmal versuchen."
    ),
    error_timed_out=(
        "Das hat zu lange gedauert. Bitte die Verbindung prüfen, das Mikrofon erlauben, falls der "
        "Browser danach fragt, und noch einmal versuchen."
    ),
    error_protocol_error=(
        "Die Antwort des Servers war nicht zu verstehen. Bitte gleich noch einmal versuchen."
    ),
    error_invalid_option=(
        "Diese Seite ist nicht richtig eingerichtet. Bitte dem Betreiber Bescheid geben."
    ),
)
