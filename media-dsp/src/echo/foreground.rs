//! The filter that cancels.

use super::fft::{Fft, SIZE, Spectrum};
use super::history::{HOP, History};
use crate::engine::BLOCK;

/// Coefficients that work on the samples themselves: what was sent in the last 8 ms. The rest of the
/// tail works on spectra of blocks that are complete, so nothing waits.
const HEAD: usize = HOP;

/// The echo of a filter, without delay.
/// - In: what is sent, a millisecond at a time; the coefficients of a learner, at times.
/// - Out: its echo in the same millisecond.
/// - Cost: 64 multiplications a sample; a pass over the spectra and a transform each 8 ms.
#[derive(Clone, Debug)]
pub(super) struct Foreground {
    /// The last coefficient first.
    head: [f32; HEAD],
    /// All of them, as they were learnt.
    coefficients: Box<[Spectrum]>,
    sent: [f32; HEAD + BLOCK - 1],
    /// The echo of the rest, in this block.
    rest_echo: [f32; HOP],
}

impl Foreground {
    pub(super) fn new(partitions: usize) -> Self {
        Self {
            head: [0.0; HEAD],
            coefficients: vec![Spectrum::ZERO; partitions].into(),
            sent: [0.0; HEAD + BLOCK - 1],
            rest_echo: [0.0; HOP],
        }
    }

    /// Knows nothing any more.
    pub(super) fn forget(&mut self) {
        self.head.fill(0.0);
        self.coefficients.fill(Spectrum::ZERO);
    }

    /// As for a new call.
    pub(super) fn clear(&mut self) {
        self.forget();
        self.sent.fill(0.0);
        self.rest_echo.fill(0.0);
    }

    /// Takes over what was learnt.
    pub(super) fn take_over(&mut self, fft: &Fft, coefficients: &[Spectrum]) {
        let mut samples = [0.0; SIZE];
        fft.inverse(&coefficients[0], &mut samples);
        for (head, sample) in self.head.iter_mut().rev().zip(&samples) {
            *head = *sample;
        }
        self.coefficients.clone_from_slice(coefficients);
    }

    /// What was taken over last.
    pub(super) fn coefficients(&self) -> &[Spectrum] {
        &self.coefficients
    }

    /// The impulse response of one partition: `HOP` coefficients. `None` beyond the tail.
    pub(super) fn path(&self, fft: &Fft, partition: usize) -> Option<[f32; HOP]> {
        let mut samples = [0.0; SIZE];
        fft.inverse(self.coefficients.get(partition)?, &mut samples);
        samples.first_chunk().copied()
    }

    /// Works out the rest's echo in the block that begins; the history ends just before.
    pub(super) fn prepare(&mut self, fft: &Fft, history: &History) {
        let mut echo = Spectrum::ZERO;
        for (sent, coefficients) in history.spectra().zip(&self.coefficients[1..]) {
            echo.add_product(sent, coefficients);
        }
        let mut samples = [0.0; SIZE];
        fft.inverse(&echo, &mut samples);
        self.rest_echo.copy_from_slice(&samples[HOP..]);
    }

    /// The echo in this millisecond, which begins so many samples after the block.
    pub(super) fn echo(&mut self, sent: &[f32; BLOCK], at: usize) -> [f32; BLOCK] {
        self.sent.copy_within(BLOCK.., 0);
        self.sent[HEAD - 1..].copy_from_slice(sent);
        let mut echo: [f32; BLOCK] = std::array::from_fn(|n| self.rest_echo[at + n]);
        // Four coefficients at a time, their sums apart, so that no addition waits for the last one.
        let mut sums = [[0.0f32; BLOCK]; 4];
        for (n, four) in self.head.as_chunks::<4>().0.iter().enumerate() {
            let window: &[f32] = &self.sent[4 * n..4 * n + BLOCK + 3];
            for (lane, coefficient) in four.iter().enumerate() {
                for (i, sent) in window[lane..lane + BLOCK].iter().enumerate() {
                    sums[lane][i] += coefficient * sent;
                }
            }
        }
        for sum in sums {
            for n in 0..BLOCK {
                echo[n] += sum[n];
            }
        }
        echo
    }
}
