"""Spanish."""

from typing import Final

from web_client.elements.labels import Labels

LABELS: Final = Labels(
    name="Agente",
    you="Tú",
    talk="Habla con {name}",
    cancel="Cancelar la llamada a {name}",
    hang_up="Colgar a {name}",
    retry="Intentar hablar con {name} otra vez",
    hear="Oír a {name}",
    loading="Preparando…",
    connecting="Conectando…",
    reconnecting="Se cortó la línea. Reconectando…",
    listening="{name} te escucha",
    muted="Tu micrófono está silenciado",
    blocked="Pulsa para activar el sonido",
    still_there="¿Sigues ahí? La llamada termina en {seconds} s",
    ended_idle_timeout="La llamada terminó: nadie habló",
    ended_max_duration="La llamada terminó: se acabó el tiempo",
    ended_server="{name} terminó la llamada",
    failed="Algo salió mal. Pulsa para intentarlo otra vez.",
    boot_failed="No se pudo cargar. Comprueba la conexión y pulsa para intentarlo otra vez.",
    write="Escribe a {name}",
    conversation="Conversación con {name}",
    close="Cerrar",
    placeholder="Escribe un mensaje",
    send="Enviar",
    suggestions="Sugerencias",
    new_conversation="Conversación nueva",
    latest="Mensajes más recientes",
    here="A tu disposición",
    writing="{name} está escribiendo",
    offline="Sin conexión",
    waiting="Pendiente de envío",
    not_sent="No enviado",
    try_again="Intentar otra vez",
    copy="Copiar",
    copied="Copiado",
    mute="Silenciar el micrófono",
    transcript="Transcripción",
    language="Idioma",
    hold_to_talk="Mantén {key} para hablar",
    hold="Mantén pulsado para hablar",
    contact="Ponte en contacto con {name}",
    ways="¿Cómo prefieres contactar?",
    asking="Buscando las formas de contactar con {name}…",
    not_found="No se pudieron consultar todas las formas de contactar con {name}.",
    no_way="Ahora mismo no se puede contactar con {name} desde aquí.",
    talk_now="Hablar ahora",
    talk_now_about="Una llamada, aquí en tu navegador",
    write_now="Escribir",
    write_now_about="Un chat con {name}",
    phone="Teléfono",
    new_tab="Se abre en otra pestaña",
    call_me="Que me llamen",
    call_me_about="{name} te llama",
    your_number="Tu número de teléfono",
    your_name="Tu nombre, si quieres",
    no_number="Escribe un número de teléfono, con su prefijo.",
    sending="Enviando…",
    will_call="Gracias. {name} llamará al {phone}.",
    other_number="Otro número",
    not_asked="No se pudo enviar. Comprueba la conexión y envíalo otra vez.",
    not_accepted="No se aceptó: {reason} Cámbialo y envíalo otra vez.",
    too_long="Es demasiado largo para una llamada. Acórtalo y envíalo otra vez.",
    call="Llamar a {name}",
    call_with="Llamada con {name}",
    back_to_call="Volver a la llamada con {name}",
    call_ended="Llamada terminada",
    speaking="{name} está hablando",
    thinking="{name} está pensando",
    spoken="en la llamada",
    dictate="Dictar un mensaje",
    speak_now="Habla ahora…",
    past="Conversaciones anteriores",
    forget="Quitar de la lista",
    good="Buena respuesta",
    bad="Mala respuesta",
    ring="Llamar",
    listen="Escuchar",
    think="Pensar",
    speak="Hablar",
    error_session_error="No se pudo hacer. Recarga la página e inténtalo otra vez.",
    error_token_refused="No se pudo acceder a la conversación: {reason}",
    error_token_without_server=(
        "Esta página no indica ningún servidor para la conversación. Avisa a sus responsables."
    ),
    error_microphone_failed=(
        "No se puede usar el micrófono. Recarga la página e inténtalo otra vez."
    ),
    error_microphone_refused=(
        "El micrófono está bloqueado. Permítelo en la barra de direcciones e inténtalo otra vez."
    ),
    error_microphone_missing="No se encontró ningún micrófono. Conecta uno e inténtalo otra vez.",
    error_microphone_busy=(
        "El micrófono no arranca. Cierra otros programas que lo usen e inténtalo otra vez."
    ),
    error_insecure_page="El micrófono necesita una página segura. Abre esta página con https://.",
    error_recorder_blocked="Aquí no se puede dictar. Escribe el mensaje.",
    error_offer_refused=(
        "No se pudo hacer la llamada. Comprueba la conexión e inténtalo otra vez."
    ),
    error_ice_failed=(
        "No hay conexión de sonido. Comprueba la red, o usa otra, e inténtalo otra vez."
    ),
    error_connection_lost="Se cortó la conexión. Comprueba la red e inténtalo otra vez.",
    error_timed_out=(
        "Tardó demasiado. Comprueba la conexión, permite el micrófono si el navegador lo pide e "
        "inténtalo otra vez."
    ),
    error_protocol_error=(
        "No se entendió la respuesta del servidor. Inténtalo otra vez en un momento."
    ),
    error_invalid_option="Esta página no está bien configurada. Avisa a sus responsables.",
)
