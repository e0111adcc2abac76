//! In which words a [`Say`] is said.

use hotline_call::Digit;
use hotline_services::{Language, Prompt, Say};

use super::MOST_COUNTED;
use crate::media::numerals::{self, count};

/// What the voice says, and in which language; `None`: it is no speech, or speech that was recorded.
#[must_use]
pub fn sentence(say: &Say) -> Option<(String, Language)> {
    let (text, language) = match say {
        Say::Prompt(prompt, language) => (words(*prompt, *language).to_owned(), language),
        Say::Text(text, language) => (text.clone(), language),
        Say::OfferCallback(key, language) => (offer_callback(*key, *language), language),
        Say::Digit(digit, language) => (digit_words(*digit, *language).to_owned(), language),
        Say::Greeting(_, sentence) => return self::sentence(sentence),
        Say::Ahead(callers, language) => (ahead(*callers, *language), language),
        Say::MoreAhead(callers, language) => (more_ahead(*callers, *language), language),
        Say::EstimatedWait(minutes, language) => (wait(*minutes, *language), language),
        Say::Messages(count, language) => (messages(*count, *language), language),
        Say::Recording(_)
        | Say::Music
        | Say::BusyTone
        | Say::RingingTone
        | Say::Beep
        | Say::Silence(_) => return None,
    };
    Some((text, *language))
}

/// The words of a sentence every box has.
#[must_use]
pub fn words(prompt: Prompt, language: Language) -> &'static str {
    match (prompt, language) {
        (Prompt::InvalidChoice, Language::Zh) => "您的输入有误。",
        (Prompt::InvalidChoice, Language::En) => "That is not one of the choices.",
        (Prompt::NoInput, Language::Zh) => "没有收到您的按键。",
        (Prompt::NoInput, Language::En) => "We have not heard a key.",
        (Prompt::PleaseHold, Language::Zh) => "请稍候，正在为您转接。",
        (Prompt::PleaseHold, Language::En) => "Please hold. We are putting you through.",
        (Prompt::AllAgentsBusy, Language::Zh) => "坐席全忙，请您稍候。",
        (Prompt::AllAgentsBusy, Language::En) => "All our agents are busy. Please hold the line.",
        (Prompt::NobodyHere, Language::Zh) => "现在无人接听，请您稍后再拨。",
        (Prompt::NobodyHere, Language::En) => {
            "Nobody is here to take your call. Please call again later."
        }
        (Prompt::Goodbye, Language::Zh) => "再见。",
        (Prompt::Goodbye, Language::En) => "Goodbye.",
        (Prompt::PressOneToAccept, Language::Zh) => "您有公司来电，接听请按一。",
        (Prompt::PressOneToAccept, Language::En) => {
            "You have a call from the office. To take it, press 1."
        }
        (Prompt::LeaveMessage, Language::Zh) => "请在提示音后留言，结束请按井号键。",
        (Prompt::LeaveMessage, Language::En) => {
            "Please leave a message after the tone, and press the hash key when you are done."
        }
        (Prompt::CallbackNumber, Language::Zh) => {
            "我们可以给您回电，并保留您的排队位置。您的号码是："
        }
        (Prompt::CallbackNumber, Language::En) => {
            "We can call you back, and you keep your place in the queue. Your number is:"
        }
        (Prompt::CallbackAgree, Language::Zh) => "同意请再按一次，继续等待请不要挂机。",
        (Prompt::CallbackAgree, Language::En) => {
            "To agree, press the same key again. To go on waiting, stay on the line."
        }
        (Prompt::CallbackPromised, Language::Zh) => "好的，轮到您时我们会给您回电。",
        (Prompt::CallbackPromised, Language::En) => "We will call you back when it is your turn.",
        (Prompt::NoCallback, Language::Zh) => "抱歉，我们无法给您回电，请您继续等待。",
        (Prompt::NoCallback, Language::En) => {
            "We are sorry, we cannot call you back. Please stay on the line."
        }
        (Prompt::NoMoreMessages, Language::Zh) => "没有更多新留言。",
        (Prompt::NoMoreMessages, Language::En) => "You have no more new messages.",
        (Prompt::MailboxKeys, Language::Zh) => {
            "删除这条留言请按七，保留并听下一条请按九，录制您的问候语请按五。"
        }
        (Prompt::MailboxKeys, Language::En) => {
            "To delete this message, press 7. To keep it and hear the next one, press 9. \
             To record your greeting, press 5."
        }
        (Prompt::SpeakAfterTone, Language::Zh) => "请在提示音后讲话，结束请按井号键。",
        (Prompt::SpeakAfterTone, Language::En) => {
            "Please speak after the tone, and press the hash key when you are done."
        }
        (Prompt::KeepOrAgain, Language::Zh) => "保存请按一，重新录制请按二。",
        (Prompt::KeepOrAgain, Language::En) => "To keep this, press 1. To speak again, press 2.",
        (Prompt::NotPermitted, Language::Zh) => "您没有此项权限。",
        (Prompt::NotPermitted, Language::En) => "You may not do that.",
        (Prompt::Done, Language::Zh) => "已设置。",
        (Prompt::Done, Language::En) => "Done.",
        (Prompt::SoundKept, Language::Zh) => "已保存。",
        (Prompt::SoundKept, Language::En) => "It has been kept.",
        (Prompt::TechnicalFault, Language::Zh) => "系统出现故障，请您稍后再拨。",
        (Prompt::TechnicalFault, Language::En) => {
            "We have a technical fault. Please call again later."
        }
    }
}

fn offer_callback(key: Digit, language: Language) -> String {
    let key = digit_words(key, language);
    match language {
        Language::Zh => format!("需要回电并保留排队位置，请按{key}。"),
        Language::En => {
            format!("To be called back without losing your place in the queue, press {key}.")
        }
    }
}

/// A digit as it is said in a telephone number: 幺, for 一 sounds like 七.
const fn digit_words(digit: Digit, language: Language) -> &'static str {
    match (digit.label(), language) {
        ('0', Language::Zh) => "零",
        ('1', Language::Zh) => "幺",
        ('2', Language::Zh) => "二",
        ('3', Language::Zh) => "三",
        ('4', Language::Zh) => "四",
        ('5', Language::Zh) => "五",
        ('6', Language::Zh) => "六",
        ('7', Language::Zh) => "七",
        ('8', Language::Zh) => "八",
        ('9', Language::Zh) => "九",
        ('*', Language::Zh) => "星号",
        (_, Language::Zh) => "井号",
        ('0', Language::En) => "zero",
        ('1', Language::En) => "one",
        ('2', Language::En) => "two",
        ('3', Language::En) => "three",
        ('4', Language::En) => "four",
        ('5', Language::En) => "five",
        ('6', Language::En) => "six",
        ('7', Language::En) => "seven",
        ('8', Language::En) => "eight",
        ('9', Language::En) => "nine",
        ('*', Language::En) => "star",
        (_, Language::En) => "hash",
    }
}

/// How many callers are ahead, in words.
fn ahead(callers: u32, language: Language) -> String {
    let number = count(callers, language);
    match (callers, language) {
        (0, Language::Zh) => "您是下一位。".to_owned(),
        (0, Language::En) => "You are next.".to_owned(),
        (_, Language::Zh) => format!("您前面还有{number}位。"),
        (1, Language::En) => "There is one caller ahead of you.".to_owned(),
        (_, Language::En) => format!("There are {number} callers ahead of you."),
    }
}

fn more_ahead(callers: u32, language: Language) -> String {
    let number = count(callers, language);
    match language {
        Language::Zh => format!("您前面还有{number}位以上。"),
        Language::En if callers == 1 => "There is more than one caller ahead of you.".to_owned(),
        Language::En => format!("There are more than {number} callers ahead of you."),
    }
}

/// How long the wait will be, in words.
fn wait(minutes: u32, language: Language) -> String {
    let number = count(minutes, language);
    match (minutes, language) {
        (0, Language::Zh) => "预计等待不到一分钟。".to_owned(),
        (0, Language::En) => "Your wait is expected to be less than a minute.".to_owned(),
        (_, Language::Zh) => format!("预计等待约{number}分钟以内。"),
        (1, Language::En) => "Your wait is expected to be within a minute.".to_owned(),
        (_, Language::En) => format!("Your wait is expected to be within {number} minutes."),
    }
}

/// How many new messages there are, in words.
fn messages(count: u32, language: Language) -> String {
    let number = numerals::count(count, language);
    match (count, language) {
        (0, Language::Zh) => "您没有新留言。".to_owned(),
        (0, Language::En) => "You have no new messages.".to_owned(),
        (MOST_COUNTED.., Language::Zh) => "您有十条以上新留言。".to_owned(),
        (MOST_COUNTED.., Language::En) => "You have ten or more new messages.".to_owned(),
        (_, Language::Zh) => format!("您有{number}条新留言。"),
        (1, Language::En) => "You have one new message.".to_owned(),
        (_, Language::En) => format!("You have {number} new messages."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_waits_are_said_as_people_say_them() {
        assert_eq!(ahead(2, Language::Zh), "您前面还有两位。");
        assert_eq!(ahead(12, Language::Zh), "您前面还有十二位。");
        assert_eq!(more_ahead(10, Language::Zh), "您前面还有十位以上。");
        assert_eq!(wait(2, Language::Zh), "预计等待约两分钟以内。");
        assert_eq!(wait(0, Language::Zh), "预计等待不到一分钟。");
        assert_eq!(ahead(0, Language::En), "You are next.");
        assert_eq!(ahead(1, Language::En), "There is one caller ahead of you.");
        assert_eq!(
            wait(15, Language::En),
            "Your wait is expected to be within fifteen minutes."
        );
    }
}
